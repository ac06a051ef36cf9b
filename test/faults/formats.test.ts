import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { runCoog } from '../support/e2e/coog.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { copyOfBackup, formats } from '../support/faults/archives.ts';
import { sceneOf, thenItHolds, thenNoDatabaseIsStray, thenNothingIsLeft } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();

beforeEach(async () => {
  await world.changed();
});

/** Loads a file, and looks that the database is what it holds, and that what was there is kept. */
async function thenItLoads(file: string, input?: Buffer) {
  const before = await world.contents();
  const scene = await sceneOf(world);
  const args = ['db:load', file, '--yes', '--json'];
  const ended = await runCoog(args, { ...world.project, ...(input ? { input: input.toString('latin1') } : {}) });
  thenItSucceeded(ended);
  await thenItHolds(world, world.reference);
  expect(await world.contents(await world.previous())).toEqual(before);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  return jsonOf<{ tables: number }>(ended);
}

test.each(Object.entries(formats))('%s is loaded by its content, whatever its name says', async (name, make) => {
  const live = await world.changed();
  // The formats are made of what the backup holds.
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  const file = world.file(`${name.replaceAll(' ', '-')}.txt`);
  await writeFile(file, await make(world));
  expect(await world.changed()).not.toEqual(live);
  await thenItLoads(file);
});

test('a backup of coog is loaded although its name says zip', async () => {
  const file = await copyOfBackup(world, 'backup.zip');
  expect((await thenItLoads(file)).tables).toBeGreaterThan(5);
});

test('a backup without its manifest is read through and loaded', async () => {
  await thenItLoads(await copyOfBackup(world, 'alone.dump', { manifest: 'none' }));
});

test('a backup behind a symbolic link is loaded, and is the same afterwards', async () => {
  const before = await readFile(world.backup);
  await symlink(world.backup, world.file('behind.link'));
  await thenItLoads(world.file('behind.link'));
  expect(before.equals(await readFile(world.backup))).toBe(true);
});

test('a backup whose path holds a comma, a quote, a blank and an accent is loaded', async () => {
  const file = world.file(`été, "l'an" $(id) #1.dump`);
  await copyFile(world.backup, file);
  await thenItLoads(file);
});

test('a backup whose name begins with a dash is loaded from its folder', async () => {
  await copyFile(world.backup, world.file('-backup.dump'));
  await thenItLoads(world.file('-backup.dump'));
});
