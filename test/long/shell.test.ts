import { describe, expect, test } from 'vitest';
import { runCoog } from '../support/e2e/coog.ts';
import { DEMO_DEADLINE, nasty, setVariable, sql } from '../support/e2e/demo.ts';
import { COMPOSES } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { givenOutsideServer } from '../support/e2e/outside.ts';
import type { Project } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { givenDemo, givenDemoOf } from '../support/e2e/unstarted.ts';

const STRANGE = `a b;'"$(id)`;

async function thenItIsPsql(project: Project, database: string): Promise<void> {
  const asked = await project.coog('db:shell', '--', '-Atc', 'SELECT current_database()');
  expect(asked).toMatchObject({ exitCode: 0, stdout: `${database}\n` });
  const named = await project.coog('db:shell', '--database', STRANGE, '--', '-Atc', 'SELECT current_database()');
  expect(named).toMatchObject({ exitCode: 0, stdout: `${STRANGE}\n` });

  const piped = await runCoog(['db:shell', '--', '-At'], { ...project, input: 'SELECT 6 * 7;\nSELECT $$à\\b$$;\n' });
  expect(piped).toMatchObject({ exitCode: 0, stdout: '42\nà\\b\n' });

  const wrong = await project.coog('db:shell', '--', '-c', 'SELECT nonsense');
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
  expect(wrong.stderr).toContain('column "nonsense" does not exist');
  const stopped = ['db:shell', '--', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  expect((await runCoog(stopped, { ...project, input: 'SELECT nonsense;\n' })).exitCode).toBe(3);

  const missing = await project.coog('db:shell', '--database', 'nobody');
  expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
  expect(missing.stderr).toMatch(/nobody.*→ coog db:list\n.*\(DB_NOT_FOUND\)/s);
}

async function thenOneCanTypeInIt(project: Project): Promise<void> {
  const terminal = await givenTerminal(['db:shell'], project);
  await terminal.shows(/^\w+=[#>]/m);
  await terminal.type('SELECT 6 * 7 AS answer \\g', 'Enter');
  await terminal.shows(/^ +42$/m);
  // A Ctrl-C that comes before psql has taken the line would only clear it.
  await terminal.type('\\echo begun \\\\ SELECT pg_sleep(600) \\g', 'Enter');
  await terminal.shows(/^begun$/m);
  await terminal.type('C-c');
  await terminal.shows('canceling statement due to user request');
  await terminal.type('\\q', 'Enter');
  expect(await terminal.ended()).toBe(0);
}

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test(
    'db:shell is psql in the bundled server: arguments, pipes, exit codes and keys are its own',
    async () => {
      const project = await givenDemoOf(['database/postgres', 'database/postgres_init'], compose);
      thenItSucceeded(await project.coog('up', '-d'));
      await sql(project, 'postgres', `CREATE DATABASE "${STRANGE.replaceAll('"', '""')}"`);

      await thenItIsPsql(project, 'coog');
      await thenOneCanTypeInIt(project);

      thenItSucceeded(await project.coog('db:snapshot:create', 'before'));
      const { snapshots } = jsonOf<{ snapshots: object[] }>(await project.coog('db:snapshot:list', '--json'));
      expect(snapshots).toEqual([expect.objectContaining({ id: 'before' })]);
    },
    DEMO_DEADLINE,
  );
});

test(
  'a server outside of the project has the same shell, from a container that goes with it',
  async () => {
    const outside = await givenOutsideServer();
    await outside.sql('postgres', 'CREATE DATABASE insurance');
    await outside.sql('postgres', `CREATE DATABASE "${STRANGE.replaceAll('"', '""')}"`);
    const project = await givenDemo();
    const settings = {
      CUSTOM_POSTGRES_HOST: outside.address,
      CUSTOM_POSTGRES_PORT: String(outside.port),
      CUSTOM_POSTGRES_USER: 'outsider',
      CUSTOM_POSTGRES_PASSWORD: nasty.CUSTOM_POSTGRES_PASSWORD,
      COOG_MAIN_DATABASE: 'insurance',
    };
    for (const [name, value] of Object.entries(settings)) await setVariable(project, name, value);
    thenItSucceeded(await project.coog('configure'));

    await thenItIsPsql(project, 'insurance');
    await thenOneCanTypeInIt(project);
    expect(await project.containers()).toEqual([]);
  },
  DEMO_DEADLINE,
);
