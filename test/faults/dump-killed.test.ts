import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ended, Running } from '../support/e2e/coog.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { helpersOf } from '../support/faults/engine.ts';
import { appears, connected, ended, pause } from '../support/faults/killing.ts';
import { moments } from '../support/faults/moments.ts';
import { type Scene, sceneOf, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
const FILES = ['killed.dump', 'killed.dump.manifest.json'];
let scene: Scene;
let file: string;
/** Milliseconds. */
let usual: number;

beforeAll(async () => {
  const began = performance.now();
  thenItSucceeded(await world.coog('db:dump', world.file('usual.dump')));
  usual = performance.now() - began;
  await world.removeFiles('usual.dump');
});

beforeEach(async () => {
  file = world.file('killed.dump');
  await world.changed();
  scene = await sceneOf(world);
});

afterEach(() => world.removeFiles('killed.dump'));

/** What a dump may leave when it was ended from outside, at once and after the next run. */
async function thenNothingOfItIsLeft(how: Ended): Promise<void> {
  const told = how.exitCode !== undefined;
  // A signal that came before or behind all work, or killed: the file is whole, or it is not there.
  if (told) expect(existsSync(file), 'there when and only when it said so').toBe(how.exitCode === 0);
  if (told) await thenNothingChanged(scene, { files: how.exitCode === 0 ? FILES : [] });
  if (existsSync(file)) {
    thenItSucceeded(await world.coog('db:verify', file, '--deep'));
    await world.removeFiles('killed.dump');
  }
  thenItSucceeded(await world.coog('db:dump', file));
  await thenNothingChanged(scene, { files: FILES });
}

describe('coog db:dump', () => {
  test.each(moments('dump'))('$signal at $percent % of its time leaves no file that is not whole', async (moment) => {
    const dump = world.start('db:dump', file);
    await pause((usual * moment.percent) / 100);
    await thenNothingOfItIsLeft(await ended(dump, moment.signal));
  });

  describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
    const steps: Record<string, (dump: Running) => Promise<void>> = {
      'when the unfinished file is made': (dump) => appears(world, dump, /^killed\.dump\.\w.*\.partial$/),
      'when pg_dump is connected': (dump) => connected(world, dump, 'pg_dump'),
      'when the unfinished manifest is made': (dump) => appears(world, dump, /manifest\.json\..*\.partial$/),
      'when the file has got its name': (dump) => appears(world, dump, /^killed\.dump$/),
    };
    test.each(Object.entries(steps))('%s leaves no file that is not whole', async (_, reached) => {
      const dump = world.start('db:dump', file);
      await reached(dump);
      await thenNothingOfItIsLeft(await ended(dump, signal));
    });
  });

  test('SIGTERM while pg_dump waits for a lock ends it, pg_dump and its container', async () => {
    await world.connected('coog', async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
      const dump = world.start('db:dump', file);
      await connected(world, dump, 'pg_dump');
      const how = await ended(dump, 'SIGTERM');
      expect(how.exitCode, how.stderr).toBe(1);
      expect(how.stderr).toContain('(INTERRUPTED)');
      await client.query('ROLLBACK');
    });
    await thenNothingChanged(scene);
  });

  test('the container of pg_dump is killed: the dump fails and leaves nothing', async () => {
    await world.connected('coog', async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
      const dump = world.start('db:dump', file);
      await connected(world, dump, 'pg_dump');
      await execa('docker', ['kill', ...(await helpersOf(world.project.name)).map(({ id }) => id)]);
      const how = await dump.ended;
      expect(how.exitCode, how.stderr).toBe(1);
      expect(how.stderr).toContain('(DB_PROGRAM_FAILED)');
      await client.query('ROLLBACK');
    });
    await thenNothingChanged(scene);
  }, 60_000);
});
