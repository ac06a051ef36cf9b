import { expect, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { DEMO_DEADLINE, logInAsAdmin, nasty, setVariable, sql } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { givenOutsideServer } from '../support/e2e/outside.ts';
import type { Project } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { givenDemo, givenDemoOf } from '../support/e2e/unstarted.ts';
import { until } from '../support/e2e/until.ts';

test(
  'in the foreground, too, the databases are there with their extensions; Ctrl-C stops everything and keeps them',
  async () => {
    const project = await givenDemoOf(['database/postgres', 'database/postgres_init']);
    await setVariable(project, 'COOG_EXTRA_DATABASES', 'coog_extra');
    const terminal = await givenTerminal(['up'], project);

    await terminal.shows(/ensure-databases: coog,coog_extra on postgres:5432: ready, created: /, DEMO_DEADLINE);
    for (const database of ['coog', 'coog_extra']) await thenItHasTheExtensions(project, database);
    await sql(project, 'coog', "CREATE TABLE kept AS SELECT 'survivor' AS name");
    await terminal.type('C-c');

    expect(await terminal.ended()).toBe(0);
    expect((await project.containers()).filter(({ state }) => state === 'running')).toEqual([]);
    thenItSucceeded(await project.coog('up', '-d'));
    expect(summary(await project.containers())).toEqual(['postgres running healthy', 'postgres-init exited 0']);
    expect(await sql(project, 'coog', 'SELECT name FROM kept')).toEqual(['survivor']);
  },
  DEMO_DEADLINE,
);

test('coog is killed in the middle of the very first start of PostgreSQL: the next up succeeds', async () => {
  const project = await givenDemoOf(['database/postgres', 'database/postgres_init']);
  const up = project.start('up', '-d');
  await until('PostgreSQL to start', async () => (await project.containers()).some(({ state }) => state === 'running'));

  up.kill('SIGKILL');
  await up.ended;
  await docker('kill', (await project.container('postgres')).id);

  thenItSucceeded(await project.coog('up', '-d'));
  expect(await sql(project, 'coog', 'SELECT 1')).toEqual(['1']);
}, 120_000);

test(
  'a PostgreSQL outside of the project: databases and extensions are made there, and one can log in',
  async () => {
    const outside = await givenOutsideServer();
    const project = await givenDemo();
    const settings = {
      CUSTOM_POSTGRES_HOST: outside.address,
      CUSTOM_POSTGRES_PORT: String(outside.port),
      CUSTOM_POSTGRES_USER: 'outsider',
      CUSTOM_POSTGRES_PASSWORD: 'wrong',
      COOG_MAIN_DATABASE: 'insurance',
      DEMO_MODULES: 'party',
    };
    for (const [name, value] of Object.entries(settings)) await setVariable(project, name, value);

    const refused = theProblem(await project.coog('up', '-d', 'postgres-init', '--json'), 1, 'SERVICE_FAILED');
    expect(refused.detail).toContain(`${outside.address}:${outside.port} refuses the log-in of outsider`);
    expect(refused.detail).toContain('check CUSTOM_POSTGRES_USER and CUSTOM_POSTGRES_PASSWORD');
    expect(refused.next).toBe('coog logs postgres-init');

    await setVariable(project, 'CUSTOM_POSTGRES_PASSWORD', nasty.CUSTOM_POSTGRES_PASSWORD);
    thenItSucceeded(await project.coog('up', '-d', 'coog'));

    expect(summary(await project.containers()), 'no PostgreSQL of its own').toEqual([
      'coog running healthy',
      'init exited 0',
      'postgres-init exited 0',
    ]);
    expect(await outside.sql('insurance', 'SELECT extname FROM pg_extension ORDER BY extname')).toEqual([
      'pg_trgm',
      'plpgsql',
      'unaccent',
    ]);
    expect((await logInAsAdmin(project, 'insurance')).userId).toBeGreaterThan(0);
  },
  DEMO_DEADLINE,
);

async function thenItHasTheExtensions(project: Project, database: string): Promise<void> {
  const found = await sql(project, database, 'SELECT extname FROM pg_extension ORDER BY extname');
  expect(found).toEqual(['pg_trgm', 'plpgsql', 'unaccent']);
}
