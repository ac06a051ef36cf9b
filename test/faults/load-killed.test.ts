import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ended, Running } from '../support/e2e/coog.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { containersOfProject } from '../support/faults/engine.ts';
import { startLoadFromInput } from '../support/faults/input.ts';
import { connected, ended, pause, told, when } from '../support/faults/killing.ts';
import { moments } from '../support/faults/moments.ts';
import type { Contents } from '../support/faults/oracle.ts';
import {
  type Scene,
  sceneOf,
  thenItHolds,
  thenNoDatabaseIsStray,
  thenNothingIsLeft,
  thenServicesRun,
} from '../support/faults/scene.ts';
import { betweenTheRenames } from '../support/faults/swapping.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
let scene: Scene;
let live: Contents;
/** Milliseconds. */
let usual: number;

const load = () => world.start('db:load', world.backup, '--yes');

beforeAll(async () => {
  await world.changed();
  const began = performance.now();
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  usual = performance.now() - began;
});

beforeEach(async () => {
  live = await world.changed();
  scene = await sceneOf(world);
});

/** The old database or the new one whole, and the next run makes everything good. */
async function thenNothingIsLost(how: Ended): Promise<void> {
  const is = await thenItHolds(world, live, world.reference);
  if (how.exitCode !== undefined) {
    expect(is, 'what it said is what it did').toBe(how.exitCode === 0 ? 1 : 0);
    await thenNothingIsLeft(scene);
    await thenNoDatabaseIsStray(scene);
    await thenServicesRun(world);
  }
  if (is === 1) expect(await world.contents(await world.previous())).toEqual(live);
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await thenItHolds(world, world.reference);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenServicesRun(world);
}

describe('coog db:load', () => {
  test.each(moments('load'))('$signal at $percent % of its time leaves the old database or the new one', async (m) => {
    const loading = load();
    await pause((usual * m.percent) / 100);
    await thenNothingIsLost(await ended(loading, m.signal));
  });

  describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
    const steps: Record<string, (loading: Running) => Promise<unknown>> = {
      'while the backup is read': (loading) => told(loading, 'Reading the backup to its end'),
      'when the new database has just been made': (loading) => when(loading, 'a database is made', asideExists),
      'while pg_restore is connected': (loading) => connected(world, loading, 'pg_restore'),
      'when the services are being stopped': (loading) => told(loading, 'Stopping back'),
      'between the two renames': async (loading) => {
        const swap = await betweenTheRenames(world, loading);
        setTimeout(() => void swap.letGo(), 300);
      },
      'when the services are being started on the new database': (loading) => told(loading, 'Starting back'),
    };
    test.each(Object.entries(steps))('%s leaves the old database or the new one', async (_, reached) => {
      const loading = load();
      await reached(loading);
      await thenNothingIsLost(await ended(loading, signal));
    });
  });

  test('killed while the services are stopped: the next run starts them again', async () => {
    const loading = load();
    await told(loading, 'Stopping back');
    await when(loading, 'the service is stopped', async () =>
      (await containersOfProject(world.project.name)).some(({ state }) => state === 'exited'),
    );
    await thenNothingIsLost(await ended(loading, 'SIGKILL'));
  });

  test('somebody else holds the new database: the swap is given up, and the old one is served again', async () => {
    const loading = world.start('db:load', world.backup, '--yes', '--json');
    const swap = await betweenTheRenames(world, loading);
    const how = await loading.ended;
    await swap.letGo();
    expect(how.exitCode).toBeGreaterThan(0);
    theProblem(how, 2, 'DB_BUSY');
    await thenServicesRun(world);
    // Held as it was, the new database could not be dropped either: as after a kill, the next run does it.
    expect(how.stderr).toContain('the next command does it');
    await thenNothingIsLost({ ...how, exitCode: undefined });
  });

  test('killed twice in a row, and then once more: the third run succeeds', async () => {
    for (const line of ['Restoring beside', 'Stopping back']) {
      const loading = load();
      await told(loading, line);
      await ended(loading, 'SIGKILL');
      await thenItHolds(world, live, world.reference);
    }
    await thenNothingIsLost({ exitCode: undefined, signal: 'SIGKILL', stdout: '', stderr: '' });
  });

  test('killed while it takes a backup from standard input: nothing of it stays in the backups folder', async () => {
    const loading = await startLoadFromInput(world, 0.5);
    await when(loading, 'something was received', async () =>
      (await world.files()).some((f) => /\.received-.*partial$/.test(f)),
    );
    await ended(loading, 'SIGKILL');
    await thenItHolds(world, live);
    const again = await startLoadFromInput(world, 1);
    thenItSucceeded(await again.ended);
    await thenItHolds(world, world.reference);
    await thenNothingIsLeft(scene);
    await thenNoDatabaseIsStray(scene);
  });
});

const asideExists = async () => (await world.databases()).some((name) => name.startsWith('coog__new_'));
