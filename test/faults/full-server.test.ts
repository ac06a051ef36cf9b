import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { copyOfBackup } from '../support/faults/archives.ts';
import { connected, told } from '../support/faults/killing.ts';
import { mountSmall, unmount } from '../support/faults/mounts.ts';
import type { Contents } from '../support/faults/oracle.ts';
import {
  type Scene,
  sceneOf,
  thenItHolds,
  thenNoDatabaseIsStray,
  thenNothingChanged,
  thenNothingIsLeft,
} from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

let data = '';
const world = givenWorld({
  size: 'large',
  beforeStart: async (folder) => {
    data = folder;
    await mountSmall(folder, 'size=600m');
  },
});
let scene: Scene;
let live: Contents;

afterAll(() => unmount(data));

beforeEach(async () => {
  live = await world.changed();
  scene = await sceneOf(world);
});

afterEach(() => giveRoom());

/** Beside the server's data, so that so many MB are left; once more where the server was quicker. */
async function leaveRoom(megabytes: number): Promise<void> {
  await until(`${megabytes} MB to be left`, async () => {
    await giveRoom();
    const { bavail, bsize } = await statfs(data);
    const ballast = Math.floor((bavail * bsize) / 1024 ** 2) - megabytes;
    await execa('fallocate', ['-l', `${ballast}M`, join(data, 'ballast')]);
    return true;
  });
}

const giveRoom = () => rm(join(data, 'ballast'), { force: true });

/** The server may have ended itself when it could not write its log; with room it comes up again. */
async function thenTheOldOneIsWhole(): Promise<void> {
  await giveRoom();
  await world.serverAnswers();
  await thenItHolds(world, live);
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await thenItHolds(world, world.reference);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
}

describe('a server whose disk is nearly full', () => {
  test.each([1, 20, 35])(
    'a load that needs more than the %d MB that are free is refused before it begins',
    async (mb) => {
      await leaveRoom(mb);
      const problem = theProblem(await world.coog('db:load', world.backup, '--yes', '--json'), 2, 'DB_DISK_FULL');
      expect(problem.title).toMatch(/free.*needs/);
      await thenNothingChanged(scene);
    },
  );

  test('an update that has no room for its copy is refused before anything stops', async () => {
    await leaveRoom(20);
    theProblem(await world.coog('db:update', '--json'), 2, 'DB_DISK_FULL');
    await thenNothingChanged(scene);
  });

  test('a snapshot that has no room is refused', async () => {
    await leaveRoom(20);
    theProblem(await world.coog('db:snapshot:create', 'full', '--json'), 2, 'DB_DISK_FULL');
    await thenNothingChanged(scene);
  });

  test('a deep verification that has no room is refused, and the backup is not called damaged', async () => {
    await leaveRoom(20);
    const file = await copyOfBackup(world, 'deep.dump');
    theProblem(await world.coog('db:verify', file, '--deep', '--json'), 2, 'DB_DISK_FULL');
    await thenItHolds(world, live);
  });

  test('a dump needs no room there', async () => {
    await leaveRoom(1);
    thenItSucceeded(await world.coog('db:dump', world.file('tight.dump')));
    await thenNothingChanged(scene, { files: ['tight.dump', 'tight.dump.manifest.json'] });
  });
});

describe('a server whose disk fills up', () => {
  test.each([0, 8])(
    'in the middle of a restore, to %d MB: the load fails and the old database is whole',
    async (mb) => {
      const loading = world.start('db:load', world.backup, '--yes');
      await connected(world, loading, 'pg_restore');
      await leaveRoom(mb);
      const how = await loading.ended;
      expect(how.exitCode, how.stderr).toBeGreaterThan(0);
      expect(how.stderr).not.toContain('UNEXPECTED');
      await thenTheOldOneIsWhole();
    },
  );

  test('before the new database is made: the load fails and the old database is whole', async () => {
    const loading = world.start('db:load', world.backup, '--yes');
    await told(loading, 'Reading the backup to its end');
    await leaveRoom(0);
    const how = await loading.ended;
    expect(how.exitCode, how.stderr).toBeGreaterThan(0);
    expect(how.stderr).not.toContain('UNEXPECTED');
    await thenTheOldOneIsWhole();
  });
});
