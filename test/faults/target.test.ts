import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROGRAM } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingChanged, thenNothingIsLeft } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
let scene: Scene;

beforeAll(async () => {
  await world.changed();
});

beforeEach(async () => {
  scene = await sceneOf(world);
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

async function thenItIsRefused(file: string, code: string) {
  scene = await sceneOf(world);
  const problem = theProblem(await world.coog('db:dump', file, '--json'), 2, code);
  await thenNothingChanged(scene);
  return problem;
}

/** Runs coog from a shell. */
const inShell = (script: string) =>
  execa('bash', ['-c', script, 'bash', process.execPath, PROGRAM], {
    cwd: world.project.folder,
    env: { ...world.project.env },
    extendEnv: false,
    reject: false,
  });

describe('the rights of what is written', () => {
  test.each(['000', '022', '277'])('under a umask of %s belong to the owner alone', async (mask) => {
    const folder = join(world.project.folder, 'backups');
    await rm(folder, { recursive: true, force: true });
    const { stdout, stderr, exitCode } = await inShell(`umask ${mask}; exec "$1" "$2" db:dump`);
    expect(exitCode, stderr).toBe(0);
    const file = stdout.trim();
    expect(await modeOf(file)).toBe('600');
    expect(await modeOf(`${file}.manifest.json`)).toBe('600');
    if (mask !== '277') expect(await modeOf(folder)).toBe('700');
    await rm(folder, { recursive: true });
  });

  test('an unfinished file is closed to others from its first moment', async () => {
    const seen = new Set<string>();
    const dump = world.start('db:dump', world.file('closed.dump'));
    let over = false;
    void dump.ended.then(() => {
      over = true;
    });
    while (!over) {
      for (const path of (await world.files()).filter((file) => /closed\.dump/.test(file)))
        seen.add(await modeOf(join(world.parent, path)).catch(() => '600'));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    thenItSucceeded(await dump.ended);
    expect([...seen]).toEqual(['600']);
    await world.removeFiles('closed.dump');
  });
});

describe('a target', () => {
  test('that is there already is refused and not touched', async () => {
    await writeFile(world.file('there.dump'), 'the only backup of last year');
    await thenItIsRefused(world.file('there.dump'), 'BACKUP_EXISTS');
    expect(await readFile(world.file('there.dump'), 'utf8')).toBe('the only backup of last year');
  });

  test('that is a symbolic link is refused and not followed', async () => {
    await writeFile(world.file('led-to'), 'precious');
    await symlink(world.file('led-to'), world.file('link.dump'));
    await thenItIsRefused(world.file('link.dump'), 'BACKUP_TARGET_LINK');
    expect(await readFile(world.file('led-to'), 'utf8')).toBe('precious');
  });

  test('that is a symbolic link to nowhere is refused and nothing made there', async () => {
    await symlink(world.file('not-yet'), world.file('dangling.dump'));
    await thenItIsRefused(world.file('dangling.dump'), 'BACKUP_TARGET_LINK');
    await expect(lstat(world.file('not-yet'))).rejects.toThrow('ENOENT');
  });

  test('that is a folder is refused', async () => {
    await mkdir(world.file('folder'));
    await thenItIsRefused(world.file('folder'), 'BACKUP_TARGET_FOLDER');
  });

  test('in a folder that does not exist is refused, and the folder is not made', async () => {
    await thenItIsRefused(world.file('no/such/folder.dump'), 'BACKUP_FOLDER_MISSING');
  });

  test('whose name is too long is refused', async () => {
    await thenItIsRefused(world.file(`${'x'.repeat(250)}.dump`), 'BACKUP_NAME_INVALID');
  });

  test('beside which the manifest is a symbolic link: the link is not followed', async () => {
    await writeFile(world.file('elsewhere.json'), 'precious');
    await symlink(world.file('elsewhere.json'), world.file('trap.dump.manifest.json'));
    await world.coog('db:dump', world.file('trap.dump'));
    expect(await readFile(world.file('elsewhere.json'), 'utf8')).toBe('precious');
    await world.removeFiles('trap.dump');
  });

  test('that somebody makes meanwhile is not replaced', async () => {
    const file = world.file('raced.dump');
    await world.connected('coog', async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
      const dump = world.start('db:dump', file, '--json');
      while (!(await world.files()).some((path) => path.includes('raced.dump'))) await client.query('SELECT 1');
      await writeFile(file, 'somebody else was faster');
      await client.query('ROLLBACK');
      const how = await dump.ended;
      expect(how.exitCode, how.stdout).toBeGreaterThan(0);
      expect(how.stdout).toContain('BACKUP_EXISTS');
    });
    expect(await readFile(file, 'utf8')).toBe('somebody else was faster');
    await thenNothingIsLeft(scene, { files: ['raced.dump'] });
    await rm(file);
  });

  test('whose folder is taken away meanwhile: the dump fails', async () => {
    const folder = world.file('taken');
    await mkdir(folder);
    await world.connected('coog', async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE party IN ACCESS EXCLUSIVE MODE');
      const dump = world.start('db:dump', join(folder, 'taken.dump'), '--json');
      while (!(await world.files()).some((path) => path.includes('taken.dump'))) await client.query('SELECT 1');
      await rm(folder, { recursive: true });
      await client.query('ROLLBACK');
      expect((await dump.ended).exitCode).toBeGreaterThan(0);
    });
    await thenNothingIsLeft(scene);
  });
});

describe('a dump to standard output', () => {
  test('is a backup and nothing else', async () => {
    const file = world.file('stdout.dump');
    const { exitCode, stderr } = await inShell(`exec "$1" "$2" db:dump - > ${file}`);
    expect(exitCode, stderr).toBe(0);
    thenItSucceeded(await world.coog('db:verify', file, '--deep'));
    await chmod(file, 0o600);
    await world.removeFiles('stdout.dump');
  });

  test('whose reader goes away fails', async () => {
    const { stdout } = await inShell(
      `"$1" "$2" db:dump - 2> /dev/null | head -c 1000 > /dev/null; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe('1');
    await thenNothingChanged(scene);
  });

  test('to a full device fails', async () => {
    const { exitCode, stderr } = await inShell(`exec "$1" "$2" db:dump - > /dev/full`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('(OUTPUT_CLOSED)');
    await thenNothingChanged(scene);
  });

  test('that nobody reads waits, and ends at once by Ctrl-C', async () => {
    const { folder, env } = world.project;
    const child = spawn(process.execPath, [PROGRAM, 'db:dump', '-'], {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const connectedTo = `SELECT FROM pg_stat_activity WHERE application_name = 'coog pg_dump' AND state = 'active'`;
    while ((await world.query('postgres', connectedTo)).length === 0) await new Promise((r) => setTimeout(r, 20));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const exited = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGINT');
    expect(await exited).toBe(1);
    child.stdout.destroy();
    await thenNothingChanged(scene);
  });
});

test('a backup that is loaded is opened to be read only: its time, mode and content stay', async () => {
  const look = async () => {
    const { mtimeMs, ctimeMs, mode, size, ino } = await stat(world.backup);
    return { mtimeMs, ctimeMs, mode, size, ino };
  };
  const before = await look();
  thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
  await thenItHolds(world, world.reference);
  expect(await look()).toEqual(before);
});
