import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { pause } from '../support/faults/killing.ts';
import { type Scene, sceneOf, thenNothingIsLeft } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
const WRITERS = 4;
/** Transactions a second. */
const RATE = 200;
let scene: Scene;

beforeEach(async () => {
  scene = await sceneOf(world);
});

afterEach(() => world.removeFiles('busy.dump'));

/** Moves money and adds rows, as many times a second, until it is told to stop; answers how often it has. */
async function whileWriting(work: () => Promise<void>, write: (client: Client, n: number) => Promise<unknown>) {
  let over = false;
  let written = 0;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const client = await world.connect('coog');
    for (let n = writer; !over; n += WRITERS) {
      await write(client, n);
      written += 1;
      await pause((1000 * WRITERS) / RATE - 2);
    }
    await client.end();
  });
  await work();
  over = true;
  await Promise.all(writers);
  return written;
}

const transfer = (client: Client, n: number): Promise<unknown> =>
  client.query(`BEGIN; UPDATE account SET sum = sum - 7 WHERE id = ${n % 10}; UPDATE account SET sum = sum + 7
    WHERE id = ${(n + 1) % 10}; INSERT INTO movement (account, sum) VALUES (${n % 10}, -7), (${(n + 1) % 10}, 7); COMMIT`);

const dumpAndLoad = async (): Promise<Record<string, number>> => {
  const file = world.file('busy.dump');
  thenItSucceeded(await world.coog('db:load', file, '--database', 'restored', '--yes'));
  const { tables } = JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')) as { tables: Record<string, number> };
  return tables;
};

test('a dump under two hundred transactions a second is one state, with the rows that its manifest counts', async () => {
  await world.query('coog', 'CREATE TABLE account AS SELECT i AS id, 1000 AS sum FROM generate_series(0, 9) i');
  await world.query('coog', 'CREATE TABLE movement (id serial PRIMARY KEY, account int, sum int)');
  let transactions = 0;
  const written = await whileWriting(async () => {
    const ended = await world.coog('db:dump', world.file('busy.dump'), '--json');
    thenItSucceeded(ended);
    expect(jsonOf<{ tables: number }>(ended).tables).toBeGreaterThan(5);
    transactions = (await world.query('coog', 'SELECT 1 FROM movement')).length;
  }, transfer);
  expect(written, 'it was busy').toBeGreaterThan(100);
  expect(transactions).toBeGreaterThan(100);

  const tables = await dumpAndLoad();
  expect(await world.query('restored', 'SELECT sum(sum)::int FROM account')).toEqual([{ sum: 10_000 }]);
  const [found] = await world.query<{ rows: number; odd: number }>(
    'restored',
    `SELECT (SELECT count(*)::int FROM movement) AS rows, (SELECT count(*)::int FROM (SELECT account, sum(m.sum) FROM movement m
       GROUP BY 1) s JOIN account a ON a.id = s.account WHERE a.sum <> 1000 + s.sum) AS odd`,
  );
  expect(found).toEqual({ rows: tables['public.movement'], odd: 0 });
  await world.query('postgres', 'DROP DATABASE restored');
  await world.query('coog', 'DROP TABLE account, movement');
  await thenNothingIsLeft(scene, { files: ['busy.dump', 'busy.dump.manifest.json'] });
});

test('tables that come and go during a dump: it is one state, or it fails and leaves nothing', async () => {
  const outcome = { exitCode: -1 };
  await whileWriting(
    async () => {
      outcome.exitCode = (await world.coog('db:dump', world.file('busy.dump'))).exitCode ?? -1;
    },
    (client, n) => {
      const old = n - 8 * WRITERS;
      const going = old < 0 ? '' : `DROP TABLE coming_${old}`;
      return client.query(`CREATE TABLE coming_${n} AS SELECT ${n} AS n; ${going}`);
    },
  );
  if (outcome.exitCode === 0) {
    const tables = await dumpAndLoad();
    expect(Object.keys(tables).some((name) => name.startsWith('public.coming_'))).toBe(true);
    await world.query('postgres', 'DROP DATABASE restored');
  }
  const names = await world.query<{ name: string }>(
    'coog',
    `SELECT relname AS name FROM pg_class WHERE relname LIKE 'coming_%' AND relkind = 'r'`,
  );
  for (const { name } of names) await world.query('coog', `DROP TABLE ${name}`);
  await thenNothingIsLeft(scene, outcome.exitCode === 0 ? { files: ['busy.dump', 'busy.dump.manifest.json'] } : {});
});

test('rows that are written after the first table was counted are not in the dump', async () => {
  const file = world.file('busy.dump');
  const client = await world.connect('coog');
  await client.query('BEGIN');
  await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
  const dump = world.start('db:dump', file);
  const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'coog%'`;
  for (let tries = 0; (await world.query('postgres', waits)).length === 0 && tries < 1000; tries++) await pause(10);
  await client.query(`INSERT INTO party (name, code) SELECT 'late', 'late ' || i FROM generate_series(1, 100) i`);
  await client.query('COMMIT');
  await client.end();
  thenItSucceeded(await dump.ended);
  await dumpAndLoad();
  expect(await world.query('restored', `SELECT FROM party WHERE name = 'late'`)).toEqual([]);
  await world.query('postgres', 'DROP DATABASE restored');
});
