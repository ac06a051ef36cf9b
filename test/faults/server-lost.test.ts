import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ended, Running } from '../support/e2e/coog.ts';
import { docker } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { helpersOf } from '../support/faults/engine.ts';
import { connected, told } from '../support/faults/killing.ts';
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
let server: string;

/**
 * PostgreSQL writes 32 values of a sequence ahead into its log, and skips those that were not used when it crashes; after this
 * there are none.
 */
const settleSequences = () =>
  world.query(
    'coog',
    `SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, start_value), last_value IS NOT NULL)
       FROM pg_sequences`,
  );

beforeEach(async () => {
  await world.changed();
  await settleSequences();
  live = await world.contents();
  scene = await sceneOf(world);
  server = (await world.project.container('postgres')).id;
});

afterEach(() => world.removeFiles('lost.dump'));

const faults: Record<string, () => Promise<unknown>> = {
  'the server is killed': () => docker('kill', server),
  'the server is restarted': () => docker('restart', '--time', '1', server),
  'a process of the server crashes': () => docker('exec', server, 'sh', '-c', CRASH),
};

/** The newest process that serves somebody: the postmaster then ends all others and begins anew. */
const CRASH = `for f in /proc/[0-9]*/cmdline; do p=\${f#/proc/}; p=\${p%/cmdline}
  tr '\\0' ' ' < $f | grep -q '^postgres: coog' && echo $p; done | sort -n | tail -n 1 | xargs kill -9`;

async function givenTheServerRuns(): Promise<void> {
  await docker('start', server);
  await world.serverAnswers();
}

async function thenTheDumpIsGone(how: Ended): Promise<void> {
  expect(how.exitCode, how.stderr).toBe(1);
  expect(how.stderr).not.toContain('UNEXPECTED');
  expect(await readdir(world.file('.'))).toEqual(['reference.dump', 'reference.dump.manifest.json']);
  await givenTheServerRuns();
  await thenItHolds(world, live);
  thenItSucceeded(await world.coog('db:dump', world.file('lost.dump')));
  await thenNothingIsLeft(scene, { files: ['lost.dump', 'lost.dump.manifest.json'] });
}

async function thenTheDatabaseIsWhole(how: Ended): Promise<void> {
  expect(how.stderr).not.toContain('UNEXPECTED');
  await givenTheServerRuns();
  const is = await thenItHolds(world, live, world.reference);
  const stands = how.stderr.includes('(SWAP_NOT_TAKEN_BACK)');
  expect(is, `what it said is what it did\n${how.stderr}`).toBe(how.exitCode === 0 || stands ? 1 : 0);
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await thenItHolds(world, world.reference);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenServicesRun(world);
}

describe.each(Object.entries(faults))('%s', (_, happens) => {
  test('in the middle of a dump: it fails, and leaves no file', async () => {
    const client = await world.connect('coog');
    await client.query('BEGIN');
    await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
    const dump = world.start('db:dump', world.file('lost.dump'));
    await connected(world, dump, 'pg_dump');
    await happens();
    await client.end().catch(() => undefined);
    await thenTheDumpIsGone(await dump.ended);
  });

  const steps: Record<string, (loading: Running) => Promise<unknown>> = {
    'while a load reads the backup': (loading) => told(loading, 'Reading the backup to its end'),
    'in the middle of a restore': (loading) => connected(world, loading, 'pg_restore'),
    'between the two renames': (loading) => betweenTheRenames(world, loading),
    'when the services are being started': (loading) => told(loading, 'Starting back'),
  };
  test.each(Object.entries(steps))('%s: the database is the old one or the new one', async (_, reached) => {
    const loading = world.start('db:load', world.backup, '--yes');
    await reached(loading);
    await happens();
    await thenTheDatabaseIsWhole(await loading.ended);
  });
});

test('the server hangs in the middle of a restore: Ctrl-C ends coog all the same, and the next run succeeds', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await connected(world, loading, 'pg_restore');
  await docker('pause', server);
  loading.kill('SIGINT');
  const how = await loading.ended;
  await docker('unpause', server);
  await thenTheDatabaseIsWhole(how);
});

test('the container of pg_restore is killed: the load fails and takes its database away', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await connected(world, loading, 'pg_restore');
  await docker('kill', ...(await helpersOf(world.project.name)).map(({ id }) => id));
  const how = await loading.ended;
  expect(how.exitCode, how.stderr).toBe(1);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenTheDatabaseIsWhole(how);
});

test('the sessions of a restore are ended by somebody: the load fails and takes its database away', async () => {
  const loading = world.start('db:load', world.backup, '--yes');
  await connected(world, loading, 'pg_restore');
  await world.query(
    'postgres',
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coog pg_restore'`,
  );
  const how = await loading.ended;
  expect(how.exitCode, how.stderr).toBe(1);
  await thenNothingIsLeft(scene);
  await thenNoDatabaseIsStray(scene);
  await thenTheDatabaseIsWhole(how);
});
