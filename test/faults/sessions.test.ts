import type { Client, DatabaseError } from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { pause, told } from '../support/faults/killing.ts';
import type { Contents } from '../support/faults/oracle.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingIsLeft, thenServicesRun } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
const CLIENTS = 50;
/** Milliseconds. Five seconds on a machine of its own, which `npm run bench:db` measures; here others work, too. */
const MOST = 30_000;
let scene: Scene;
let live: Contents;

beforeEach(async () => {
  live = await world.changed();
  scene = await sceneOf(world);
});

/** PostgreSQL has found the database by its name, waited for it, and finds that it has another one. */
const cameBetween = (error: unknown) => (error as DatabaseError).detail?.includes('dropped or renamed');

interface Look {
  readonly at: number;
  /**
   * Which database answered; else why none did. Who comes while a database is renamed waits for the rename and is then told
   * that it came in between: refused, as all others at that moment, and no database is missing.
   */
  readonly saw: 'old' | 'new' | 'missing' | 'refused';
}

/** Connects, asks and leaves, over and over; the beginning of each try and what came of it. */
async function hammer(client: () => Client, looks: Look[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const at = performance.now();
    const connection = client();
    try {
      await connection.connect();
      const { rows } = await connection.query(`SELECT to_regclass('only_here') IS NULL AS fresh`);
      looks.push({ at, saw: rows[0].fresh ? 'new' : 'old' });
    } catch (error) {
      looks.push({ at, saw: (error as DatabaseError).code === '3D000' && !cameBetween(error) ? 'missing' : 'refused' });
    }
    await connection.end().catch(() => undefined);
    await pause(5);
  }
}

describe(`${CLIENTS} clients that connect again and again`, () => {
  let looks: Look[];
  let swapped: number;

  test('do not hinder a load', async () => {
    looks = [];
    let over = false;
    await world.query('coog', 'SELECT 1');
    const clients = Array.from({ length: CLIENTS }, () =>
      hammer(
        () => world.client('coog'),
        looks,
        () => over,
      ),
    );
    const ended = await world.coog('db:load', world.backup, '--yes', '--json');
    await pause(1000);
    over = true;
    await Promise.all(clients);
    thenItSucceeded(ended);
    swapped = jsonOf<{ swapped: number }>(ended).swapped;
    await thenItHolds(world, world.reference);
    expect(await world.contents(await world.previous())).toEqual(live);
    await thenNothingIsLeft(scene);
  });

  test('are locked out for the swap only', () => {
    expect(swapped).toBeLessThan(MOST);
    const answers = looks
      .filter(({ saw }) => saw === 'old' || saw === 'new')
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    const gaps = answers.slice(1).map((at, i) => at - (answers[i] as number));
    expect(Math.max(...gaps)).toBeLessThan(MOST);
    expect(answers.length).toBeGreaterThan(CLIENTS);
  });

  test('see no missing database, and never the old one after the new one', () => {
    const begun = [...looks].sort((a, b) => a.at - b.at);
    const firstNew = begun.findIndex(({ saw }) => saw === 'new');
    expect(firstNew).toBeGreaterThan(0);
    expect(begun.filter(({ saw }) => saw === 'missing')).toEqual([]);
    expect(begun.slice(firstNew + CLIENTS).filter(({ saw }) => saw === 'old')).toEqual([]);
  });
});

test('a transaction that is open in the live database is ended by the swap', async () => {
  const client = await world.connect('coog');
  await client.query('BEGIN');
  await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await expect(client.query('SELECT 1')).rejects.toThrow();
  await thenItHolds(world, world.reference);
  await thenNothingIsLeft(scene);
});

test('what is written while a load restores is in the database that is kept', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await told(loading, 'Restoring beside');
  await world.query('coog', `INSERT INTO party (name, code) VALUES ('late', 'written while it restored')`);
  thenItSucceeded(await loading.ended);
  const kept = await world.query(
    await world.previous(),
    `SELECT name FROM party WHERE code = 'written while it restored'`,
  );
  expect(kept).toEqual([{ name: 'late' }]);
  await thenItHolds(world, world.reference);
});

test('a session of the new database, as a monitor opens it, does not hinder the swap', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await told(loading, 'Restoring beside');
  const aside = (await world.databases()).find((name) => name.startsWith('coog__new_')) ?? '';
  const monitor = await world.connect(aside);
  thenItSucceeded(await loading.ended);
  await monitor.end().catch(() => undefined);
  await thenItHolds(world, world.reference);
});

test('a server that takes no more connections is said to be full, and nothing changes', async () => {
  const taken: Client[] = [];
  for (;;) {
    const client = world.client('postgres');
    try {
      await client.connect();
      taken.push(client);
    } catch {
      break;
    }
  }
  const problem = theProblem(
    await world.coog('db:load', world.backup, '--yes', '--json'),
    2,
    'DB_TOO_MANY_CONNECTIONS',
  );
  expect(problem.next).toContain('max_connections');
  for (const client of taken) await client.end();
  await thenItHolds(world, live);
  await thenNothingIsLeft(scene);
  await thenServicesRun(world);
});
