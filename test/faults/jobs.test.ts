import { cp, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../support/e2e/coog.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { flipped } from '../support/faults/archives.ts';
import { appears, connected, ended, pause } from '../support/faults/killing.ts';
import { givenSmallFolder } from '../support/faults/mounts.ts';
import { type Contents, differences } from '../support/faults/oracle.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingChanged, thenServicesRun } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

/** Backups that several connections make: folders of files. */
const world = givenWorld({ size: 'large' });
const file = () => world.file('jobs.dump');
let scene: Scene;
let live: Contents;

beforeEach(async () => {
  live = await world.changed();
  scene = await sceneOf(world);
});

afterEach(() => remove('jobs.dump'));

const remove = (name: string) =>
  Promise.all(['', '.manifest.json'].map((end) => rm(`${world.file(name)}${end}`, { recursive: true, force: true })));

const dump = (...more: string[]) => ['db:dump', file(), '--jobs', '2', ...more];

/** Paths of the backup, below the folder of files. */
const madeFiles = async (): Promise<string[]> => [
  ...(await readdir(file())).map((name) => join('jobs.dump', name)),
  'jobs.dump.manifest.json',
];

test('is dumped, verified deeply and loaded: every row is there, and each file is for its owner alone', async () => {
  const dumped = await world.coog(...dump('--json'));
  thenItSucceeded(dumped);
  await thenNothingChanged(scene, { files: await madeFiles() });
  for (const name of await readdir(file())) expect((await stat(join(file(), name))).mode & 0o777, name).toBe(0o600);
  expect((await stat(file())).mode & 0o777).toBe(0o700);
  const { stdout } = await execa('sh', ['-c', `cd ${file()} && LC_ALL=C cat * | sha256sum`]);
  expect(stdout.split(' ')[0], 'what the manual says').toBe(jsonOf<{ sha256: string }>(dumped).sha256);

  thenItSucceeded(await world.coog('db:verify', file(), '--deep'));
  await world.changed();
  thenItSucceeded(await world.coog('db:load', file(), '--yes'));
  await thenItHolds(world, live);
  await thenServicesRun(world);
});

test('pg_restore alone loads it, and coog loads what pg_dump alone made', async () => {
  const folder = join(await world.project.value('POSTGRES_DATA_VOLUME'), '..', 'by-hand');
  const { id } = await world.project.container('postgres');
  await execa('docker', ['exec', id, 'pg_dump', '-U', 'coog', '-Fd', '-j2', '-f', '/tmp/by-hand', '-d', 'coog']);
  await execa('docker', ['cp', `${id}:/tmp/by-hand`, folder]);
  await world.changed();
  thenItSucceeded(await world.coog('db:load', folder, '--yes'));
  await thenItHolds(world, live);

  thenItSucceeded(await world.coog(...dump()));
  await execa('docker', ['cp', file(), `${id}:/tmp/by-coog`]);
  await world.query('postgres', 'CREATE DATABASE alone TEMPLATE template0');
  await execa('docker', ['exec', id, 'pg_restore', '-U', 'coog', '-j2', '-e', '-d', 'alone', '/tmp/by-coog']);
  expect(differences(await world.contents('alone'), live)).toEqual([]);
  await world.query('postgres', 'DROP DATABASE alone');
  await execa('docker', ['exec', id, 'rm', '-r', '/tmp/by-hand', '/tmp/by-coog']);
  await rm(folder, { recursive: true });
});

test('under writes it is one state, with the rows that its manifest counts', async () => {
  let over = false;
  const writing = world.connected('coog', async (client) => {
    while (!over) await client.query('INSERT INTO only_here SELECT $1, 1 FROM generate_series(1, 2)', ['more']);
  });
  const dumped = await world.coog(...dump());
  over = true;
  await writing;
  thenItSucceeded(dumped);
  const manifest = JSON.parse(await readFile(`${file()}.manifest.json`, 'utf8')) as { tables: Record<string, number> };
  thenItSucceeded(await world.coog('db:load', file(), '--database', 'one_state', '--yes'));
  const [row] = await world.query<{ n: number }>('one_state', 'SELECT count(*)::int AS n FROM only_here');
  expect(row?.n).toBe(manifest.tables['public.only_here']);
  await world.query('postgres', 'DROP DATABASE one_state');
});

describe('is refused', () => {
  test.each([
    ['to standard output', ['db:dump', '-', '--jobs', '2']],
    ['as plain SQL', ['db:dump', '--jobs', '2', '--format', 'sql']],
    ['as a zip', ['db:dump', '--jobs', '2', '--format', 'zip']],
    ['encrypted', ['db:dump', '--jobs', '2', '--encrypt', `age1${'q'.repeat(58)}`]],
  ])('%s, before anything is done', async (_, words) => {
    const folder = join(world.project.folder, 'backups');
    const ended = await world.coog(...words, '--json');
    theProblem(ended, 2, 'DUMP_JOBS_IMPOSSIBLE');
    await thenNothingChanged(scene);
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });

  test('where something has the name, which is not touched', async () => {
    await mkdir(file());
    theProblem(await world.coog(...dump('--json')), 2, 'BACKUP_TARGET_FOLDER');
    expect(await readdir(file())).toEqual([]);
    await remove('jobs.dump');
    await writeFile(file(), 'precious');
    theProblem(await world.coog(...dump('--json')), 2, 'BACKUP_EXISTS');
    expect(await readFile(file(), 'utf8')).toBe('precious');
  });
});

describe('damage is found before a load changes anything', () => {
  const damages: Record<string, (folder: string, largest: string) => Promise<unknown>> = {
    'a bit of the largest file': async (folder, largest) => {
      const data = await readFile(join(folder, largest));
      await writeFile(join(folder, largest), flipped(data, data.length * 4));
    },
    'the end of the largest file': async (folder, largest) => truncate(join(folder, largest), 1000),
    'a file is missing': (folder, largest) => rm(join(folder, largest)),
    'two files have changed their names': async (folder, largest) => {
      const other = (await readdir(folder)).find((name) => name !== largest && name !== 'toc.dat') ?? '';
      await rename(join(folder, largest), join(folder, 'aside'));
      await rename(join(folder, other), join(folder, largest));
      await rename(join(folder, 'aside'), join(folder, other));
    },
    'a bit of the table of contents': async (folder) => {
      const data = await readFile(join(folder, 'toc.dat'));
      await writeFile(join(folder, 'toc.dat'), flipped(data, data.length * 4));
    },
  };
  beforeAll(async () => {
    thenItSucceeded(await world.coog('db:dump', world.file('whole.dump'), '--jobs', '2'));
  });
  afterAll(() => remove('whole.dump'));

  /** A dump takes longer than a copy of it. */
  const copied = () =>
    Promise.all(
      ['', '.manifest.json'].map((end) =>
        cp(`${world.file('whole.dump')}${end}`, `${file()}${end}`, { recursive: true }),
      ),
    );

  test.each(Object.entries(damages))('%s', async (_, damage) => {
    await copied();
    const names = await readdir(file());
    const sizes = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(file(), name))).size })));
    await damage(file(), sizes.sort((a, b) => b.size - a.size)[0]?.name ?? '');
    scene = await sceneOf(world);
    theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'BACKUP_DAMAGED');
    await thenNothingChanged(scene);
  });

  test('without a manifest, a file of it is missing', async () => {
    await copied();
    await rm(`${file()}.manifest.json`);
    await rm(join(file(), (await readdir(file())).find((name) => name.includes('.dat.')) ?? ''));
    scene = await sceneOf(world);
    theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'BACKUP_DAMAGED');
    await thenNothingChanged(scene);
  });
});

describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
  const steps: Record<string, (dumping: Running) => Promise<void>> = {
    'when the unfinished folder is made': (dumping) => appears(world, dumping, /^jobs\.dump\.\w.*\.partial$/),
    'while pg_dump writes': async (dumping) => {
      await connected(world, dumping, 'pg_dump');
      await pause(100);
    },
    'when the unfinished manifest is made': (dumping) => appears(world, dumping, /manifest\.json\..*\.partial$/),
  };
  test.each(Object.entries(steps))('%s leaves nothing with the name, or all of it', async (_, reached) => {
    const dumping = world.start(...dump());
    await reached(dumping);
    const how = await ended(dumping, signal);
    const isThere = await stat(file()).then(
      () => true,
      () => false,
    );
    if (how.exitCode !== undefined) expect(isThere).toBe(how.exitCode === 0);
    if (how.exitCode === 1) await thenNothingChanged(scene);
    if (isThere) thenItSucceeded(await world.coog('db:verify', file(), '--deep'));
    await remove('jobs.dump');
    thenItSucceeded(await world.coog(...dump()));
    await thenNothingChanged(scene, { files: await madeFiles() });
  });
});

test('a disk that is full: it fails, says so and leaves nothing; with room the same command succeeds', async () => {
  const folder = await givenSmallFolder(world.file('small-jobs'), 'size=1m');
  const command = ['db:dump', join(folder, 'full.dump'), '--jobs', '2', '--json'];
  const problem = theProblem(await world.coog(...command), 1, 'DISK_FULL');
  expect(problem.title).toContain(folder);
  expect(await readdir(folder)).toEqual([]);
  await execa('mount', ['-o', 'remount,size=100m', folder]);
  thenItSucceeded(await world.coog(...command));
  expect((await readdir(folder)).sort()).toEqual(['full.dump', 'full.dump.manifest.json']);
});

test('old ones are pruned like files', async () => {
  const backups = join(world.project.folder, 'backups');
  thenItSucceeded(await world.coog(...dump()));
  await mkdir(backups, { mode: 0o700, recursive: true });
  const manifest = JSON.parse(await readFile(`${file()}.manifest.json`, 'utf8')) as Record<string, unknown>;
  for (const days of [1, 2, 3]) {
    const path = join(backups, `old-${days}.dump`);
    await cp(file(), path, { recursive: true });
    const created = new Date(Date.now() - days * 86_400_000).toISOString();
    await writeFile(`${path}.manifest.json`, JSON.stringify({ ...manifest, created }));
  }
  const keep = ['--keep-last', '1', '--keep-daily', '0', '--keep-weekly', '0', '--keep-monthly', '0'];
  const listed = jsonOf<{ backups: { name: string; size: number }[] }>(await world.coog('db:list', '--json'));
  expect(listed.backups.map(({ name, size }) => [name, size])).toEqual(
    [1, 2, 3].map((days) => [`old-${days}.dump`, manifest.size]),
  );
  thenItSucceeded(await world.coog('db:prune', '--yes', ...keep));
  expect((await readdir(backups)).sort()).toEqual(['old-1.dump', 'old-1.dump.manifest.json']);
  thenItSucceeded(await world.coog('db:load', join(backups, 'old-1.dump'), '--yes'));
  await thenItHolds(world, live);
  await rm(backups, { recursive: true });
});
