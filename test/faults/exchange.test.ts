import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ended, Running } from '../support/e2e/coog.ts';
import { thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { ended, pause, told, when } from '../support/faults/killing.ts';
import { moments } from '../support/faults/moments.ts';
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

const world = givenWorld();
let scene: Scene;
let live: Contents;

beforeEach(async () => {
  await world.query('coog', 'DROP TABLE IF EXISTS updated');
  live = await world.changed();
  scene = await sceneOf(world);
});

afterEach(async () => {
  for (const name of ['wait', 'fail']) await rm(world.fake(name), { force: true });
});

async function thenAllIsAsBefore(): Promise<void> {
  await thenItHolds(world, live);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenServicesRun(world);
}

describe('services that do not become healthy on the new database', () => {
  test('the old database is put back, and the new one taken away', async () => {
    const file = world.file('poison.dump');
    await world.query('coog', 'CREATE TABLE poison AS SELECT 1 AS one');
    thenItSucceeded(await world.coog('db:dump', file));
    await world.query('coog', 'DROP TABLE poison');
    await thenServicesRun(world);
    scene = await sceneOf(world);
    const ended = await world.coog('db:load', file, '--yes', '--json');
    expect(thenItTold(ended, 1, ['SWAP_TAKEN_BACK', 'SERVICE_FAILED'])[0]?.title).toContain('coog is what it was');
    await thenAllIsAsBefore();
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
    await thenItHolds(world, world.reference);
    await world.removeFiles('poison.dump');
  });

  test('killed before the old database is put back: the new one is there whole, undo brings the old one back', async () => {
    const file = world.file('poison.dump');
    await world.query('coog', 'CREATE TABLE poison AS SELECT 1 AS one');
    const poisoned = await world.contents();
    thenItSucceeded(await world.coog('db:dump', file));
    await world.query('coog', 'DROP TABLE poison');
    await thenServicesRun(world);
    scene = await sceneOf(world);
    const loading = world.start('db:load', file, '--yes');
    await told(loading, 'Starting back');
    await pause(500);
    await ended(loading, 'SIGKILL');
    await thenItHolds(world, poisoned);
    thenItSucceeded(await world.coog('db:undo', '--yes'));
    await thenItHolds(world, live);
    await thenServicesRun(world);
    await world.removeFiles('poison.dump');
  });
});

describe('coog db:undo', () => {
  test('behind a load brings exactly the old database back, and once more exactly the new one', async () => {
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
    thenItSucceeded(await world.coog('db:undo', '--yes'));
    await thenAllIsAsBefore();
    thenItSucceeded(await world.coog('db:undo', '--yes'));
    await thenItHolds(world, world.reference);
    await thenNoDatabaseIsStray(scene);
  });

  test('behind an update brings exactly the old database back', async () => {
    thenItSucceeded(await world.coog('db:update', 'claim'));
    expect(await world.query('coog', 'SELECT what FROM updated')).toHaveLength(1);
    thenItSucceeded(await world.coog('db:undo', '--yes'));
    await thenAllIsAsBefore();
  });

  test('behind a reset brings exactly the old database back', async () => {
    await world.project.write({ '../files/password': 'secret\n' });
    thenItSucceeded(await world.coog('db:reset', '--yes', '--password-file', world.file('password')));
    await rm(world.file('password'));
    expect(differences(await world.contents(), live).length).toBeGreaterThan(10);
    thenItSucceeded(await world.coog('db:undo', '--yes'));
    await thenAllIsAsBefore();
  });

  test('with nothing to undo is refused', async () => {
    thenItSucceeded(await world.coog('db:prune', '--yes', '--previous-days', '0'));
    scene = await sceneOf(world);
    theProblem(await world.coog('db:undo', '--yes', '--json'), 2, 'NOTHING_TO_UNDO');
    await thenAllIsAsBefore();
  });

  test.each(['SIGKILL', 'SIGINT'] as const)(
    '%s during the swap leaves one of the two, and the other one is kept',
    async (signal) => {
      thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
      const undoing = world.start('db:undo', '--yes');
      await told(undoing, 'Stopping back');
      await ended(undoing, signal);
      await thenBothAreThere();
      thenItSucceeded(await world.coog('db:undo', '--yes'));
      await thenBothAreThere();
      await thenNothingIsLeft(scene);
      await thenNoDatabaseIsStray(scene);
      await thenServicesRun(world);
    },
  );

  async function thenBothAreThere(): Promise<void> {
    const is = await thenItHolds(world, live, world.reference);
    expect(await world.contents(await world.previous())).toEqual([world.reference, live][is]);
  }
});

describe('coog db:update', () => {
  test('that fails leaves exactly the old database, and lets its users in', async () => {
    await world.project.write({ 'fake/fail': '' });
    const problem = theProblem(await world.coog('db:update', 'claim', '--json'), 1, 'DB_ADMIN_FAILED');
    expect(problem.detail).toContain('the module claim cannot be updated');
    await rm(world.fake('fail'));
    await thenAllIsAsBefore();
  });

  const steps: Record<string, (updating: Running) => Promise<unknown>> = {
    'while the services are stopped': (updating) => told(updating, 'Stopping back'),
    'while the database is copied': (updating) => told(updating, 'Copying coog'),
    'while the copy is updated': async (updating) => {
      await told(updating, 'Updating the copy');
      await pause(1500);
    },
    'when the services are being started': (updating) => told(updating, 'Starting back'),
  };

  describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
    test.each(Object.entries(steps))('%s leaves the old database or the updated one', async (step, reached) => {
      if (step === 'while the copy is updated') await world.project.write({ 'fake/wait': '' });
      const updating = world.start('db:update', 'claim');
      await reached(updating);
      await thenItIsOldOrUpdated(await ended(updating, signal));
    });
  });

  test.each(moments('update'))(
    '$signal at $percent % of its time leaves the old database or the updated one',
    async (m) => {
      const updating = world.start('db:update', 'claim');
      // Five seconds or so.
      await pause(m.percent * 50);
      await thenItIsOldOrUpdated(await ended(updating, m.signal));
    },
  );

  test('that was killed while it kept the users out does not hinder a dump', async () => {
    await world.project.write({ 'fake/wait': '' });
    const updating = world.start('db:update', 'claim');
    await when(updating, 'the users are kept out', async () => {
      const [row] = await world.query<{ may: boolean }>(
        'postgres',
        `SELECT datallowconn AS may FROM pg_database WHERE datname = 'coog'`,
      );
      return row?.may === false;
    });
    await ended(updating, 'SIGKILL');
    await rm(world.fake('wait'));
    const dumped = await world.coog('db:dump', world.file('behind.dump'));
    // What comes next must find the users let in again, whatever became of the dump.
    thenItSucceeded(await world.coog('db:update', 'claim'));
    await world.removeFiles('behind.dump');
    thenItSucceeded(dumped);
  });

  async function thenItIsOldOrUpdated(how: Ended): Promise<void> {
    await rm(world.fake('wait'), { force: true });
    if (how.exitCode !== undefined && how.exitCode !== 0) await thenAllIsAsBefore();
    thenItSucceeded(await world.coog('db:update', 'claim'));
    const rows = await world.query('coog', 'SELECT what FROM updated');
    expect(rows.length, 'it had been updated before, or not').toBeLessThanOrEqual(2);
    // All but the table of the update is what it was.
    const found = differences(await world.contents(), live).filter((line) => !/\bupdated/.test(line));
    expect(found).toEqual([]);
    await until('nothing to be left', async () => {
      await thenNothingIsLeft(scene);
      return true;
    });
    await thenNoDatabaseIsStray(scene);
    await thenServicesRun(world);
  }
});
