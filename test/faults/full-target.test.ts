import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';
import { PROGRAM } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { startLoadFromInput } from '../support/faults/input.ts';
import { givenSmallFolder } from '../support/faults/mounts.ts';
import { type Scene, sceneOf, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
const PAGE = 4096;
let scene: Scene;

beforeEach(async () => {
  await world.changed();
  scene = await sceneOf(world);
});

/** The dump fails, says where and how much, and leaves the folder as it was; with room the same command succeeds. */
async function thenItIsFull(folder: string, enlarge: string, left: readonly string[] = []): Promise<void> {
  const file = join(folder, 'full.dump');
  const problem = theProblem(await world.coog('db:dump', file, '--json'), 1, 'DISK_FULL');
  expect(problem.title + problem.detail).toContain(folder);
  expect(problem.detail).toMatch(/free/);
  expect(await readdir(folder)).toEqual(left);
  await execa('mount', ['-o', `remount,${enlarge}`, folder]);
  thenItSucceeded(await world.coog('db:dump', file));
  expect((await readdir(folder)).sort()).toEqual([...left, 'full.dump', 'full.dump.manifest.json'].sort());
}

describe('a dump to a disk', () => {
  test.each([1, 4])('with room for %d MB of it fails and leaves nothing', async (megabytes) => {
    const folder = await givenSmallFolder(world.file(`small-${megabytes}`), `size=${megabytes}m`);
    await thenItIsFull(folder, 'size=100m');
  });

  test('with room for all of it but not for its manifest fails and leaves nothing', async () => {
    // The same rows give the same size but for some bytes.
    const { size } = await stat(world.backup);
    const pages = Math.ceil(size / PAGE) + 2;
    const folder = await givenSmallFolder(world.file('almost'), 'size=100m');
    const probe = join(folder, 'probe.dump');
    thenItSucceeded(await world.coog('db:dump', probe));
    const needed = Math.ceil((await stat(probe)).size / PAGE);
    await execa('sh', ['-c', `rm -f ${probe} ${probe}.manifest.json`]);
    expect(needed).toBeLessThan(pages + 100);
    await execa('mount', ['-o', `remount,size=${needed * PAGE}`, folder]);
    await thenItIsFull(folder, 'size=100m');
  });

  test('without a byte of room fails and leaves nothing', async () => {
    const folder = await givenSmallFolder(world.file('none'), 'size=1m');
    await writeFile(join(folder, 'ballast'), Buffer.alloc(1024 * 1024));
    await thenItIsFull(folder, 'size=100m', ['ballast']);
  });

  test('without an inode fails and leaves nothing', async () => {
    const folder = await givenSmallFolder(world.file('inodes'), 'size=100m,nr_inodes=2');
    await writeFile(join(folder, 'ballast'), '');
    const file = join(folder, 'full.dump');
    expect((await world.coog('db:dump', file, '--json')).exitCode).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(['ballast']);
    await execa('mount', ['-o', 'remount,nr_inodes=100', folder]);
    thenItSucceeded(await world.coog('db:dump', file));
  });

  test.each(['1', '2'])(
    'with less room than the last backup there took, by %s connections, is refused before any work',
    async (jobs) => {
      const folder = await givenSmallFolder(world.file(`twice-${jobs}`), 'size=100m');
      const dump = (name: string) => world.coog('db:dump', join(folder, name), '--jobs', jobs, '--json');
      thenItSucceeded(await dump('first.dump'));
      const { stdout } = await execa('df', ['-k', '--output=used', folder]);
      await execa('mount', ['-o', `remount,size=${Number(stdout.split('\n')[1]) + 1024}k`, folder]);
      const names = await readdir(folder);
      const problem = theProblem(await dump('second.dump'), 2, 'DISK_FULL');
      expect(problem.title).toMatch(/needed in .*free/);
      expect(await readdir(folder)).toEqual(names);
      await execa('mount', ['-o', 'remount,size=100m', folder]);
      thenItSucceeded(await dump('second.dump'));
    },
  );

  test('that can only be read is refused before any work', async () => {
    const folder = await givenSmallFolder(world.file('read-only'), 'size=1m,ro');
    theProblem(await world.coog('db:dump', join(folder, 'full.dump'), '--json'), 2, 'BACKUP_FOLDER_NOT_WRITABLE');
  });
});

test('a dump beyond the largest file that is allowed fails and leaves nothing', async () => {
  const file = world.file('limited.dump');
  const command = `ulimit -f 2048; exec ${process.execPath} ${PROGRAM} db:dump ${file} --json`;
  const { project } = world;
  const ended = await execa('sh', ['-c', command], {
    cwd: project.folder,
    env: { ...project.env },
    extendEnv: false,
    reject: false,
  });
  expect(ended.exitCode, ended.stdout + ended.stderr).toBe(1);
  expect(ended.stdout).toContain('DISK_FULL');
  await thenNothingChanged(scene);
});

test('a load from standard input to a full backups folder changes nothing', async () => {
  const folder = await givenSmallFolder(join(world.project.folder, 'backups'), 'size=2m');
  const loading = await startLoadFromInput(world, 1);
  const how = await loading.ended;
  expect(how.exitCode, how.stderr).toBeGreaterThan(0);
  expect(how.stderr).toContain('(DISK_FULL)');
  expect(await readdir(folder)).toEqual([]);
  await thenNothingChanged(scene);
});

test('a verification that cannot be recorded leaves the backup and its manifest as they were', async () => {
  const folder = await givenSmallFolder(world.file('record'), 'size=100m');
  const file = join(folder, 'record.dump');
  thenItSucceeded(await world.coog('db:dump', file));
  const digests = () => execa('sha256sum', [file, `${file}.manifest.json`]).then(({ stdout }) => stdout);
  const before = await digests();
  const { stdout } = await execa('df', ['-k', '--output=used', folder]);
  await execa('mount', ['-o', `remount,size=${stdout.split('\n')[1]?.trim()}k`, folder]);
  expect((await world.coog('db:verify', file, '--json')).exitCode).toBeGreaterThan(0);
  expect((await readdir(folder)).sort()).toEqual(['record.dump', 'record.dump.manifest.json']);
  expect(await digests()).toBe(before);
});
