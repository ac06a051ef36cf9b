import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setVariable } from '../support/e2e/demo.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { filling } from '../support/faults/contents.ts';
import { helpersOf } from '../support/faults/engine.ts';
import { ended, pause, told } from '../support/faults/killing.ts';
import { moments } from '../support/faults/moments.ts';
import type { Contents } from '../support/faults/oracle.ts';
import { OutsideServer } from '../support/faults/outside.ts';
import { givenWorld } from '../support/faults/world.ts';

// What a hosted server gives at its smallest: two databases and no right to make another. The extensions and the schema
// public of the empty one are the administrator's, as they are before PostgreSQL 15.
const world = givenWorld({ start: false });
const server = new OutsideServer();
const { query, contents } = server;
let reference: Contents;
/** Of the database that is filled, while it is empty. */
let empty: Contents;
/** Milliseconds. */
let usual: number;
const file = () => world.file('hosted.dump');

beforeAll(async () => {
  await server.start();
  await server.role('coog', '');
  await query('boss', 'postgres', 'CREATE DATABASE coog OWNER coog');
  for (const statement of filling('large')) await query('coog', 'coog', statement);
  await query('coog', 'coog', `COMMENT ON TABLE party IS 'who it is'`);
  await query('coog', 'coog', `SELECT lo_from_bytea(0, 'large')`);
  await setVariable(world.project, 'CUSTOM_POSTGRES_HOST', server.host);
  await setVariable(world.project, 'CUSTOM_POSTGRES_USER', 'coog');
  thenItSucceeded(await world.coog('db:dump', file()));
  reference = await contents();
});

afterAll(() => server.remove());

beforeEach(async () => {
  await query('boss', 'postgres', 'DROP DATABASE IF EXISTS given WITH (FORCE)');
  await query('boss', 'postgres', 'CREATE DATABASE given OWNER coog');
  for (const extension of ['pg_trgm', 'unaccent']) await query('boss', 'given', `CREATE EXTENSION ${extension}`);
  await query('boss', 'given', 'ALTER SCHEMA public OWNER TO boss; GRANT ALL ON SCHEMA public TO coog');
  empty = await contents('given');
});

const fill = (...more: string[]) => ['db:load', file(), '--into', 'given', '--yes', ...more];
const largeObjects = async (): Promise<unknown> =>
  (await query('boss', 'given', 'SELECT count(*)::int AS n FROM pg_largeobject_metadata'))[0]?.n;

async function thenItIsFilled(): Promise<void> {
  expect(await contents('given')).toEqual(reference);
  expect(await largeObjects()).toBe(1);
  await thenTheLiveOneIsWhole();
}

async function thenItIsEmpty(): Promise<void> {
  expect(await contents('given')).toEqual(empty);
  expect(await largeObjects()).toBe(0);
  expect(await query('boss', 'given', "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'coog%'")).toEqual([]);
  await thenTheLiveOneIsWhole();
}

async function thenTheLiveOneIsWhole(): Promise<void> {
  expect(await contents('coog')).toEqual(reference);
  expect(await helpersOf(world.project.name)).toEqual([]);
}

describe('coog db:load --into', () => {
  test('is what a load is refused with where no database may be made; it fills an empty one', async () => {
    const refused = theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'DB_NO_CREATEDB');
    expect(refused.detail).toContain('--into names an empty one');
    const began = performance.now();
    const filled = await world.coog(...fill());
    usual = performance.now() - began;
    thenItSucceeded(filled);
    expect(filled.stderr).toContain('comments on tables and columns are left out');
    await thenItIsFilled();

    const problem = theProblem(await world.coog(...fill('--json')), 2, 'DB_NOT_EMPTY');
    expect(problem.title).toContain('given holds the schema archive, the table public.');
    theProblem(await world.coog(...fill('--refill', '--json')), 2, 'DB_NOT_EMPTY');
    await thenItIsFilled();
  });

  test.each([
    ['the function public.mine()', `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['the sequence public.mine', 'CREATE SEQUENCE mine'],
    ['the type public.mine', "CREATE TYPE mine AS ENUM ('a')"],
    ['the schema mine', 'CREATE SCHEMA mine'],
    ['large objects', `SELECT lo_from_bytea(0, 'mine')`],
  ])('refuses a database that holds %s', async (what, statement) => {
    await query('coog', 'given', statement);
    const before = [await contents('given'), await largeObjects()];
    const problem = theProblem(await world.coog(...fill('--json')), 2, 'DB_NOT_EMPTY');
    expect(problem.title).toContain(what);
    expect([await contents('given'), await largeObjects()]).toEqual(before);
  });

  test('finds a damaged backup before it fills anything', async () => {
    const whole = await readFile(file());
    const cut = world.file('cut.dump');
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    theProblem(await world.coog('db:load', cut, '--into', 'given', '--yes', '--json'), 2, 'BACKUP_DAMAGED');
    await thenItIsEmpty();
  });

  test('that fails in the middle leaves it empty, with what the administrator made in it', async () => {
    await refusing('CREATE TRIGGER');
    theProblem(await world.coog(...fill('--json')), 1, 'DB_PROGRAM_FAILED');
    await thenItIsEmpty();
    await query('boss', 'given', 'DROP EVENT TRIGGER refuse');
    thenItSucceeded(await world.coog(...fill()));
    await thenItIsFilled();
  });

  test('that fails, and cannot empty it again, says so; --refill does it later', async () => {
    await refusing('CREATE TRIGGER', 'DROP TABLE');
    const failed = theProblem(await world.coog(...fill('--json')), 1, 'DB_PROGRAM_FAILED');
    expect(failed.detail).toContain('refused here');
    await thenItIsHalfFilled();
    await query('boss', 'given', 'DROP EVENT TRIGGER refuse');
    thenItSucceeded(await world.coog(...fill('--refill')));
    await thenItIsFilled();
  });

  test.each(moments('load'))('$signal at $percent % of its time: empty, filled, or told and refilled', async (m) => {
    const filling = world.start(...fill());
    await pause((usual * m.percent) / 100);
    await thenNothingIsLost((await ended(filling, m.signal)).exitCode);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('%s while it restores', async (signal) => {
    const filling = world.start(...fill());
    await told(filling, 'Restoring into given');
    await until(
      'a table',
      async () => (await query('boss', 'given', "SELECT to_regclass('party') AS t"))[0]?.t !== null,
    );
    await thenNothingIsLost((await ended(filling, signal)).exitCode);
  });
});

/** Makes these statements fail in the database that is filled; what does it lies where nobody looks for something of his. */
const refusing = (...tags: string[]): Promise<unknown> =>
  query(
    'boss',
    'given',
    `CREATE FUNCTION information_schema.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'refused here'; END$$;
     CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN (${tags.map((tag) => `'${tag}'`).join(', ')})
       EXECUTE FUNCTION information_schema.refuse()`,
  );

async function thenItIsHalfFilled(): Promise<void> {
  // The first one ends what a killed run had begun.
  const { next } = theProblem(await world.coog(...fill('--json')), 2, 'DB_HALF_FILLED');
  expect(next).toContain('--refill');
  const before = await contents('given');
  theProblem(await world.coog(...fill('--json')), 2, 'DB_HALF_FILLED');
  expect(await contents('given')).toEqual(before);
}

/** @param exitCode undefined when it was killed at once */
async function thenNothingIsLost(exitCode: number | undefined): Promise<void> {
  const [marked] = await query('boss', 'given', "SELECT FROM pg_namespace WHERE nspname = 'coog_unfinished'");
  if (exitCode === 0) await thenItIsFilled();
  else if (exitCode !== undefined) await thenItIsEmpty();
  else if (marked) await thenItIsHalfFilled();
  if (exitCode !== 0) thenItSucceeded(await world.coog(...fill(...(marked ? ['--refill'] : []))));
  await thenItIsFilled();
}
