import { rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { sceneOf, thenNothingIsLeft } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

/** The back office serves two databases, one of which is worked on. */
const world = givenWorld({ settings: ['COOG_EXTRA_DATABASES=other'] });

beforeAll(async () => {
  await world.query('postgres', 'CREATE DATABASE other');
  await world.query('other', 'CREATE TABLE work (step int)');
  await writeFile(world.file('password'), 'secret\n', { mode: 0o600 });
});

const password = () => ['--password-file', world.file('password')];

const commands: Record<string, () => string[]> = {
  'db:load': () => ['db:load', world.backup, '--yes'],
  'db:undo': () => ['db:undo', '--yes'],
  'db:update': () => ['db:update', 'claim'],
  'db:reset': () => ['db:reset', '--yes', ...password()],
  'db:change-admin-password': () => ['db:change-admin-password', ...password()],
  'db:snapshot:create': () => ['db:snapshot:create', 'beside'],
  'db:snapshot:restore': () => ['db:snapshot:restore', 'beside', '--yes'],
  'db:dump': () => ['db:dump', world.file('beside.dump')],
};

describe.each(Object.entries(commands))('%s of one database', (_, words) => {
  test('ends no session of the other one, and stops no service', async () => {
    const scene = await sceneOf(world);
    await world.connected('other', async (client) => {
      await client.query('BEGIN');
      await client.query('INSERT INTO work VALUES (1)');
      thenItSucceeded(await world.coog(...words()));
      await client.query('COMMIT');
    });
    expect(await world.query('other', 'SELECT step FROM work')).toEqual([{ step: 1 }]);
    await world.query('other', 'TRUNCATE work');
    expect((await sceneOf(world)).started).toBe(scene.started);
    await world.removeFiles('beside.dump');
    await thenNothingIsLeft(scene);
  });
});

test('the other one is loaded, and the first one’s session goes on', async () => {
  const file = world.file('other.dump');
  thenItSucceeded(await world.coog('db:dump', file, '--database', 'other'));
  await world.connected('coog', async (client) => {
    await client.query('BEGIN');
    thenItSucceeded(await world.coog('db:load', file, '--database', 'other', '--yes'));
    await client.query('COMMIT');
  });
  await rm(world.file('password'));
});
