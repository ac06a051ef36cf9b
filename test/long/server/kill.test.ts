import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { removeStaleClients } from '../../../src/database/client/index.ts';
import { clientFor, connect, hashRows } from '../../../src/database/server/index.ts';
import { docker } from '../../../src/engine/index.ts';
import { until } from '../../support/e2e/until.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { sql, testServer } from './setup.ts';

const t = testServer();
const script = new URL('child.ts', import.meta.url).pathname;

const start = (...args: string[]) =>
  execa(process.execPath, [script, t.name, ...args], { reject: false, stdin: 'ignore', cleanup: true });

interface Row {
  readonly count: number;
}

/** Sessions of client programs: what the test itself has open is named otherwise. */
const programSessions = async (): Promise<number> => {
  const found = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'coog pg_%' OR application_name = 'coog psql'`;
  return (await sql<Row>(t.server, 'postgres', found))[0]?.count ?? -1;
};

const containers = async (): Promise<string[]> =>
  (await docker(t.engine, ['ps', '-aq', '--filter', `label=coog.database-client=${t.name}`])).stdout
    .split('\n')
    .filter(Boolean);

const startTime = async (): Promise<string> =>
  (await sql<{ at: string }>(t.server, 'postgres', 'SELECT pg_postmaster_start_time()::text AS at'))[0]?.at ?? '';

/** Neither a session nor a container is left, and nobody else was disturbed. */
async function expectClean(bystander: { query: (text: string) => Promise<unknown> }, began: string): Promise<void> {
  await until('the sessions to end', async () => (await programSessions()) === 0, 10_000);
  await until('the containers to end', async () => (await containers()).length === 0, 10_000);
  expect(await startTime()).toBe(began);
  await bystander.query('SELECT 1');
}

let file = '';

beforeAll(async () => {
  await sql(
    t.server,
    'coog',
    `CREATE TABLE public.big AS SELECT i, repeat(md5(i::text), 8) AS text FROM generate_series(1, 200000) i`,
    'CREATE INDEX ON public.big (text)',
  );
});

describe('a coog that is killed', () => {
  test.each(['dump', 'silent', 'stream'])(
    'in the middle of %s leaves nothing behind, and the server runs on',
    async (what) => {
      const bystander = await connect(t.server, 'coog', { applicationName: 'bystander' });
      const began = await startTime();
      const child = start(what);
      await until('the program to be connected', async () => (await programSessions()) > 0);
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill('SIGKILL');
      await child;
      await expectClean(bystander, began);
      await bystander.close();
      expect(await sql(t.server, 'coog', `SELECT to_regclass('public.streamed') AS streamed`)).toEqual([
        { streamed: null },
      ]);
    },
  );

  test('in a restore by several jobs', async () => {
    const folder = await temporaryFolder();
    file = join(folder, 'big.dump');
    const programs = await clientFor(t.server, t.engine, { serverVersion: 170000 });
    const output = createWriteStream(file);
    expect(await programs.run('pg_dump', ['-Fc'], { database: 'coog', output })).toMatchObject({ exitCode: 0 });
    output.end();
    await finished(output);
    const bystander = await connect(t.server, 'coog', { applicationName: 'bystander' });
    const began = await startTime();
    await sql(t.server, 'postgres', 'CREATE DATABASE restored TEMPLATE template0');
    const child = start('restore', 'restored', file);
    await until('the workers to be connected', async () => (await programSessions()) > 1);
    child.kill('SIGKILL');
    await child;
    await expectClean(bystander, began);
    await bystander.close();
    await sql(t.server, 'postgres', 'DROP DATABASE restored', 'CREATE DATABASE restored TEMPLATE template0');
    const again = await programs.run('pg_restore', ['--exit-on-error'], { database: 'restored', file, jobs: 2 });
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await hashRows(t.server, 'restored')).toEqual(await hashRows(t.server, 'coog'));
  });

  test('at any moment, the start of the container too', async () => {
    const bystander = await connect(t.server, 'coog', { applicationName: 'bystander' });
    const began = await startTime();
    const pids: number[] = [];
    for (const what of ['dump', 'silent', 'stream', 'dump', 'silent', 'stream', 'dump', 'silent']) {
      const child = start(what);
      pids.push(child.pid ?? 0);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_200));
      child.kill('SIGKILL');
      await child;
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await removeStaleClients(t.engine, t.name);
    await expectClean(bystander, began);
    await bystander.close();
    const pipes = (await readdir(tmpdir())).filter((name) => name.startsWith('coog-pipe-'));
    expect(pipes.filter((name) => pids.some((pid) => name.includes(`@${pid}@`)))).toEqual([]);
  });

  test('by the engine: the container of a program dies, and the server is not disturbed', async () => {
    const bystander = await connect(t.server, 'coog', { applicationName: 'bystander' });
    const began = await startTime();
    const programs = await clientFor(t.server, t.engine, { serverVersion: 170000 });
    const running = programs.run('psql', ['-c', 'SELECT pg_sleep(60)'], { database: 'coog' });
    await until('the program to be connected', async () => (await programSessions()) > 0);
    await docker(t.engine, ['kill', ...(await containers())]);
    expect((await running).exitCode).toBe(137);
    await expectClean(bystander, began);
    await bystander.close();
  });
});

describe('what dead runs have left', () => {
  const leave = (name: string, owner: string) =>
    docker(t.engine, [
      ...['run', '-d', '--name', `${t.name}-${name}`, '--network=none', '--entrypoint=sleep'],
      ...[
        '--label',
        `coog.database-client=${t.name}`,
        '--label',
        `coog.owner=${owner}`,
        'coog-demo/postgres:17',
        '300',
      ],
    ]);

  test('is removed; what belongs to a living coog, another machine or another project stays', async () => {
    const stat = (await execa('cat', [`/proc/${process.pid}/stat`])).stdout;
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    await leave('dead', `${hostname()}/4194000/12345`);
    await leave('reused', `${hostname()}/${process.pid}/1`);
    await leave('alive', `${hostname()}/${process.pid}/${began}`);
    await leave('elsewhere', 'another-machine/1/1');
    expect((await removeStaleClients(t.engine, 'coogdb-other')).length).toBe(0);
    expect((await removeStaleClients(t.engine, t.name)).sort()).toEqual([`${t.name}-dead`, `${t.name}-reused`]);
    expect((await containers()).length).toBe(2);
  });
});
