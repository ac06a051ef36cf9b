import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startCoog } from '../support/e2e/coog.ts';
import { DEMO_DEADLINE, endDemo, logInAsAdmin, sharedDemo, sql } from '../support/e2e/demo.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { until } from '../support/e2e/until.ts';

interface Tracebacks {
  readonly groups: readonly {
    readonly requests: boolean;
    readonly threads: readonly object[];
    readonly frames: readonly { readonly file: string; readonly function: string }[];
  }[];
}

let project: Project;
beforeAll(async () => {
  const settings = { COOG_UWSGI_STATS: '1', COOG_UWSGI_TRACEBACKER: '1', COOG_SERVER_WORKERS: '2' };
  ({ project } = await sharedDemo({ title: 'uwsgi', compose: '2.26', settings }));
}, DEMO_DEADLINE);
afterAll(() => endDemo(project), 120_000);

/** Holds a lock that nobody else gets past, until the test is over. Answers when it is held. */
async function holdLock(table: string): Promise<() => Promise<unknown>> {
  const psql = ['exec', '-T', 'postgres', 'psql', '-U', 'coog', '-d', 'coog', '-f', '-'];
  const input = `BEGIN;\nLOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE;\nSELECT pg_sleep(3600) AS holder;\n`;
  const holder = startCoog(psql, { ...project, input });
  const release = async (): Promise<unknown> => {
    const ask =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%AS holder%' AND pid <> pg_backend_pid()";
    await sql(project, 'coog', ask);
    return holder.ended;
  };
  onTestFinished(() => release().then(() => undefined));
  await until('the lock to be held', async () => {
    const held = `SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = '${table}'::regclass`;
    return (await sql(project, 'coog', held))[0] === '1';
  });
  return release;
}

test('requests that wait for a lock of the database: seen, named, found in the code, and gone with the lock', async () => {
  const session = await logInAsAdmin(project);
  const release = await holdLock('party_party');
  const calls = ['one', 'two', 'three'].map((name) => session.call('model.party.party.create', [{ name }]));
  const stuck = (group: Tracebacks['groups'][number]): boolean =>
    group.requests && group.frames.some((frame) => frame.file.includes('/trytond/backend/postgresql/'));

  const groups = await until(
    'all three to wait',
    async () => {
      const all = jsonOf<Tracebacks>(await project.coog('uwsgi:tracebacks', '--json')).groups.filter(stuck);
      return all.reduce((sum, { threads }) => sum + threads.length, 0) === 3 && all;
    },
    180_000,
  );
  const functions = groups[0]?.frames.map((frame) => frame.function);
  expect(functions).toContain('execute');
  // Equal places of several processes are one.
  expect(groups).toHaveLength(1);

  const stats = await project.coog('uwsgi:stats');
  thenItSucceeded(stats);
  expect(stats.stdout.match(/POST \/coog\/$/gm)).toHaveLength(3);
  const people = await project.coog('uwsgi:tracebacks');
  expect(people.stdout).toContain('3 threads at the same place:');
  const flames = await project.coog('uwsgi:tracebacks', '--sample', '10');
  thenItSucceeded(flames);
  expect(flames.stdout).toMatch(/^100\.0 % █+ .*application/m);
  expect(flames.stdout).toMatch(/^Innermost:\n.*trytond\/backend\/postgresql/m);

  await release();
  await Promise.allSettled(calls);
  const after = jsonOf<Tracebacks>(await project.coog('uwsgi:tracebacks', '--json'));
  expect(after.groups.filter(stuck)).toEqual([]);
});
