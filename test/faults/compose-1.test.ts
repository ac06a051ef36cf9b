import { rm, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { told } from '../support/faults/killing.ts';
import { type Contents, differences } from '../support/faults/oracle.ts';
import {
  type Scene,
  sceneOf,
  thenItHolds,
  thenNoDatabaseIsStray,
  thenNothingIsLeft,
  thenServicesRun,
} from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

/** With docker-compose 1.29.2 every command of the scripts ended in a shell error. */
const world = givenWorld({ compose: '1.29.2' });
let scene: Scene;
let live: Contents;

beforeEach(async () => {
  await world.query('coog', 'DROP TABLE IF EXISTS updated');
  live = await world.changed();
  scene = await sceneOf(world);
});

test('a load, killed while the services are stopped, and again: the new database, and undo brings the old one back', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await told(loading, 'Stopping back');
  loading.kill('SIGKILL');
  await loading.ended;
  await thenItHolds(world, live, world.reference);
  const before = await world.contents();
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await thenItHolds(world, world.reference);
  await thenServicesRun(world);
  thenItSucceeded(await world.coog('db:undo', '--yes'));
  await thenItHolds(world, before);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenServicesRun(world);
});

test('a dump of every format, over two connections too', async () => {
  for (const words of [[], ['--format', 'sql'], ['--format', 'zip'], ['--jobs', '2']]) {
    const file = world.file(`one${words.join('')}`);
    thenItSucceeded(await world.coog('db:dump', file, ...words));
    await world.changed();
    thenItSucceeded(await world.coog('db:load', file, '--yes'));
    await thenItHolds(world, live);
  }
});

test('an update, and one that fails', async () => {
  thenItSucceeded(await world.coog('db:update', 'claim'));
  expect(await world.query('coog', 'SELECT what FROM updated')).toHaveLength(1);
  thenItSucceeded(await world.coog('db:undo', '--yes'));
  await thenItHolds(world, live);
  await writeFile(world.fake('fail'), '');
  const problem = theProblem(await world.coog('db:update', 'claim', '--json'), 1, 'DB_ADMIN_FAILED');
  expect(problem.detail).toContain('the module claim cannot be updated');
  await thenItHolds(world, live);
  await thenServicesRun(world);
  await rm(world.fake('fail'));
});

test('a reset, a new password, a snapshot, and the list of them all', async () => {
  await writeFile(world.file('password'), 'secret\n', { mode: 0o600 });
  const password = ['--password-file', world.file('password')];
  thenItSucceeded(await world.coog('db:snapshot:create', 'before'));
  thenItSucceeded(await world.coog('db:reset', '--yes', ...password));
  expect(differences(await world.contents(), live).length).toBeGreaterThan(10);
  thenItSucceeded(await world.coog('db:change-admin-password', ...password));
  const listed = jsonOf<{ databases: { kind: string }[] }>(await world.coog('db:list', '--json'));
  expect(listed.databases.map(({ kind }) => kind).sort()).toEqual(
    expect.arrayContaining(['live', 'previous', 'snapshot']),
  );
  thenItSucceeded(await world.coog('db:snapshot:restore', 'before', '--yes'));
  await thenItHolds(world, live);
  thenItSucceeded(await world.coog('db:snapshot:drop', 'before', '--yes'));
  await thenServicesRun(world);
});
