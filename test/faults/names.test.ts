import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import type { Contents } from '../support/faults/oracle.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();
let scene: Scene;

/** Options, statements, parameters, URIs or commands to whoever does not quote them. */
const NAMES = ['a b', 'x;y', '"q"', '$(id)', '-x', "it's", 'dbname=coog', 'back\\slash', 'COOG'];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

beforeAll(async () => {
  for (const name of NAMES) {
    await world.query('postgres', `CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
    await world.query(name, 'CREATE TABLE own AS SELECT $1::text AS name, i FROM generate_series(1, 20) i', [name]);
  }
});

afterAll(async () => {
  for (const name of await world.databases()) if (name !== 'coog') await drop(name);
});

const drop = (name: string) => world.query('postgres', `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);

beforeEach(async () => {
  await world.changed();
  scene = await sceneOf(world);
});

/** What all other databases hold. */
async function others(name: string): Promise<Record<string, Contents>> {
  const found: Record<string, Contents> = {};
  for (const other of ['coog', ...NAMES]) if (other !== name) found[other] = await world.contents(other);
  return found;
}

describe.each(NAMES.map((name, index) => ({ name, index })))('a database that is called $name', ({ name, index }) => {
  const file = () => world.file(`name-${index}.dump`);

  test('is dumped, and no other one', async () => {
    const before = await others('');
    thenItSucceeded(await world.coog('db:dump', file(), `--database=${name}`));
    const manifest = JSON.parse(await readFile(`${file()}.manifest.json`, 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ database: name, tables: { 'public.own': 20 } });
    expect(Object.keys(manifest.tables as object)).toEqual(['public.own']);
    expect(await others('')).toEqual(before);
  });

  test('is replaced by a load, and no other one', async () => {
    const own = await world.contents(name);
    await world.query(name, 'TRUNCATE own');
    const before = await others(name);
    thenItSucceeded(await world.coog('db:load', file(), `--database=${name}`, '--yes'));
    expect(await world.contents(name)).toEqual(own);
    expect(await others(name)).toEqual(before);
    const made = (await world.databases()).filter((database) => !scene.databases.includes(database));
    expect(made).toHaveLength(1);
    expect(made[0]?.startsWith(`${name}__prev_`)).toBe(true);
    for (const kept of made) await drop(kept);
  });
});

describe('--database', () => {
  test('behind the file names the database that is replaced', async () => {
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes', '--database', 'beside'));
    await thenItHolds(world, scene.contents);
    expect(await world.contents('beside')).toEqual(world.reference);
    await drop('beside');
  });

  test('before the file names it as well', async () => {
    thenItSucceeded(await world.coog('db:load', '--database', 'beside', world.backup, '--yes'));
    await thenItHolds(world, scene.contents);
    expect(await world.contents('beside')).toEqual(world.reference);
    await drop('beside');
  });

  test.each([
    [['--databse', 'beside']],
    [['-database', 'beside']],
    [['--db', 'beside']],
    [['beside']],
    [['--database']],
  ])('that is written wrongly as %j is refused, and nothing is loaded', async (words) => {
    thenItTold(await world.coog('db:load', world.backup, '--yes', '--json', ...words), 2, ['WRONG_USAGE']);
    await thenNothingChanged(scene);
  });

  test('with a value that begins with a dash, without =, is refused or taken as the name', async () => {
    const before = await others('-x');
    const ended = await world.coog('db:load', world.file('nobody.dump'), '--database', '-x', '--yes', '--json');
    expect(ended.exitCode).toBe(2);
    expect(await others('-x')).toEqual(before);
    await thenNothingChanged(scene);
  });

  test.each(['', 'x'.repeat(64), 'é'.repeat(32)])(
    'with the name "%s", which no database can have, is refused',
    async (name) => {
      const ended = await world.coog('db:load', world.backup, '--yes', '--json', `--database=${name}`);
      expect(ended.exitCode, ended.stdout + ended.stderr).toBe(2);
      await thenNothingChanged(scene);
    },
  );

  test.each(['template1', 'template0', 'postgres'])(
    'with the name %s, which belongs to the server, is refused',
    async (name) => {
      const ended = await world.coog('db:load', world.backup, '--yes', '--json', `--database=${name}`);
      await thenNothingChanged(scene);
      expect(ended.exitCode, ended.stdout + ended.stderr).toBe(2);
    },
  );

  test('with the name of what coog keeps is refused', async () => {
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
    scene = await sceneOf(world);
    const name = await world.previous();
    const refused = await world.coog('db:load', world.backup, '--yes', '--json', `--database=${name}`);
    theProblem(refused, 2, 'DB_NAME_RESERVED');
    await thenNothingChanged(scene);
  });

  test('of a dump that does not exist is refused, and the ones that do are named', async () => {
    const refused = await world.coog('db:dump', world.file('cooog.dump'), '--json', '--database', 'cooog');
    expect(theProblem(refused, 2, 'DB_NOT_FOUND').next).toContain('coog');
    await thenNothingChanged(scene);
  });
});

test('two databases with long names that begin alike never get each other’s copies', async () => {
  const names = ['a', 'b'].map((last) => `${'long'.repeat(15)}${last}`);
  for (const name of names) {
    await world.query('postgres', `CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
    await world.query(name, 'CREATE TABLE own AS SELECT $1::text AS name', [name]);
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes', '--database', name));
  }
  for (const name of names) {
    thenItSucceeded(await world.coog('db:undo', '--yes', '--database', name));
    expect(await world.query(name, 'SELECT name FROM own')).toEqual([{ name }]);
  }
  for (const name of await world.databases()) if (name.startsWith('long')) await drop(name);
});
