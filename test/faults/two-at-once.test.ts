import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../support/e2e/coog.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { startLoadFromInput, startWithInput } from '../support/faults/input.ts';
import { ended } from '../support/faults/killing.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingIsLeft, thenServicesRun } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'small' });
let scene: Scene;

beforeEach(async () => {
  await world.changed();
  scene = await sceneOf(world);
});

afterEach(() => rm(world.fake('wait'), { force: true }));

/** Commands that are held in the middle of their work, under their lock. */
const holders = {
  'db:load': () => startLoadFromInput(world, 0.5),
  'db:dump': async () => {
    const client = await world.connect('coog');
    await client.query('BEGIN');
    await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
    const dump = world.start('db:dump', world.file('held.dump'));
    void dump.ended.then(() => client.end());
    return dump;
  },
  'db:update': async () => {
    await world.project.write({ 'fake/wait': '' });
    return world.start('db:update', 'claim');
  },
  'db:reset': async () => startWithInput(world, ['db:reset', '--yes', '--password-file', '-'], 'secr'),
} as const;
type Holder = keyof typeof holders;

const seconds: Record<string, () => string[]> = {
  'db:dump': () => ['db:dump', world.file('second.dump')],
  'db:load': () => ['db:load', world.backup, '--yes'],
  'db:update': () => ['db:update'],
  'db:prune': () => ['db:prune', '--yes'],
  'db:undo': () => ['db:undo', '--yes'],
  'db:reset': () => ['db:reset', '--yes', '--password-file', '/dev/null'],
  'db:snapshot:create': () => ['db:snapshot:create', 'second'],
  'db:change-admin-password': () => ['db:change-admin-password', '--password-file', world.file('password')],
};

async function holding(name: Holder): Promise<Running> {
  const holder = await holders[name]();
  const held = `SELECT 1 FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
                 WHERE l.locktype = 'advisory' AND a.application_name LIKE 'coog ' || $1 || ' %'`;
  await until(`the lock of ${name}`, async () => (await world.query('postgres', held, [name])).length > 0);
  return holder;
}

const pairs: readonly (readonly [Holder, readonly string[]])[] = [
  ['db:load', Object.keys(seconds)],
  ['db:update', ['db:dump', 'db:load', 'db:prune', 'db:undo']],
  ['db:dump', ['db:load', 'db:update', 'db:prune', 'db:reset']],
  ['db:reset', ['db:load', 'db:dump']],
];

describe.each(pairs)('while %s works', (first, others) => {
  test.each(others.map((name) => [name]))('%s is refused at once, and told who works', async (second) => {
    await world.project.write({ '../files/password': 'secret\n' });
    const holder = await holding(first);
    let over = false;
    void holder.ended.then(() => {
      over = true;
    });
    const refused = await world.coog(...(seconds[second]?.() ?? []), '--json');

    if (first === 'db:dump' || second === 'db:dump') {
      // Who only reads the project takes part in the lock of the database alone.
      const problem = theProblem(refused, 2, 'DB_LOCKED');
      expect(problem.detail).toContain(`coog ${first} pid ${holder.pid} on `);
    } else {
      const problem = theProblem(refused, 2, 'PROJECT_LOCKED');
      expect(problem.detail).toMatch(new RegExp(`^coog ${first}.* of .*, process ${holder.pid} on `));
    }
    expect(over, 'it did not wait').toBe(false);
    await ended(holder, 'SIGINT');
  });
});

describe('the lock of a command that was killed', () => {
  test.each(Object.keys(holders) as Holder[])('is free at once after %s', async (first) => {
    const live = await world.contents();
    await ended(await holding(first), 'SIGKILL');
    await rm(world.fake('wait'), { force: true });
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
    await thenItHolds(world, world.reference);
    expect(await world.contents(await world.previous())).toEqual(live);
    // An unfinished file lies where the next dump goes: a load has no business there.
    if (first === 'db:dump') thenItSucceeded(await world.coog('db:dump', world.file('held.dump')));
    await world.removeFiles('held.dump');
    await thenNothingIsLeft(scene);
    await thenServicesRun(world);
  });
});

describe('what may go together', () => {
  test('two dumps, each of them whole', async () => {
    const dumps = ['one.dump', 'two.dump'].map((name) => world.coog('db:dump', world.file(name)));
    for (const dump of await Promise.all(dumps)) thenItSucceeded(dump);
    for (const name of ['one.dump', 'two.dump']) thenItSucceeded(await world.coog('db:verify', world.file(name)));
    await world.removeFiles('one.dump', 'two.dump');
  });

  test('two dumps to one file: one of them is whole, the other one is refused', async () => {
    const file = world.file('same.dump');
    const both = await Promise.all([world.coog('db:dump', file), world.coog('db:dump', file)]);
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, both.find((e) => e.exitCode !== 0)?.exitCode]);
    expect(both.find((e) => e.exitCode !== 0)?.stderr).toContain('(BACKUP_EXISTS)');
    thenItSucceeded(await world.coog('db:verify', file, '--deep'));
    await thenNothingIsLeft(scene, { files: ['same.dump', 'same.dump.manifest.json'] });
    await world.removeFiles('same.dump');
  });

  test('a load of one database and a dump of another one', async () => {
    await world.query('postgres', 'CREATE DATABASE other');
    const holder = await holding('db:load');
    thenItSucceeded(await world.coog('db:dump', world.file('other.dump'), '--database', 'other'));
    await ended(holder, 'SIGINT');
    await world.removeFiles('other.dump');
    await world.query('postgres', 'DROP DATABASE other');
  });
});

test('ten loads at once: one is done, nine are refused, nothing is left of any', async () => {
  const live = await world.contents();
  const all = await Promise.all(
    Array.from({ length: 10 }, () => world.coog('db:load', world.backup, '--yes', '--json')),
  );
  const done = all.filter(({ exitCode }) => exitCode === 0);
  expect(done.length).toBeGreaterThan(0);
  for (const refused of all.filter(({ exitCode }) => exitCode !== 0)) theProblem(refused, 2, 'PROJECT_LOCKED');
  await thenItHolds(world, world.reference);
  if (done.length === 1) expect(await world.contents(await world.previous())).toEqual(live);
  await thenNothingIsLeft(scene);
  await thenServicesRun(world);
});
