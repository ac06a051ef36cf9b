import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { removeStaleTemporaries, writeFilesAtomically } from '../../../src/shared/atomic-write.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';
import { Random } from '../../support/random.ts';

const file = (path: string, content: string | Uint8Array, mode = 0o600) => ({ path, content, mode });
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

/** A full disk of a test's own needs the right to mount one. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'coog-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'coog-test', folder]);
  if (status === 0) execFileSync('umount', [folder]);
  rmdirSync(folder);
  return status === 0;
}

describe('writeFilesAtomically', () => {
  it('writes all, in folders that it makes, and leaves nothing else', async () => {
    const folder = await folderWith({ a: 'old' });
    const bytes = Uint8Array.from([0, 255, 10]);
    await writeFilesAtomically([
      file(join(folder, 'a'), 'new'),
      file(join(folder, 'b/c/d'), 'é\n'),
      file(join(folder, 'e'), bytes),
    ]);
    expect(await contentsOf(folder)).toMatchObject({ a: 'new', 'b/c/d': 'é\n' });
    expect(new Uint8Array(await readFile(join(folder, 'e')))).toEqual(bytes);
    expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'e']);
  });

  it.each([0o000, 0o022, 0o077, 0o777])(
    'gives exactly the rights that were asked for under umask %o',
    async (umask) => {
      const folder = await folderWith({ wide: 'x' });
      await chmod(join(folder, 'wide'), 0o644);
      const before = process.umask(umask);
      try {
        await writeFilesAtomically([file(join(folder, 'wide'), 'y'), file(join(folder, 'new'), 'y', 0o644)]);
      } finally {
        process.umask(before);
      }
      expect(await modeOf(join(folder, 'wide'))).toBe(0o600);
      expect(await modeOf(join(folder, 'new'))).toBe(0o644);
    },
  );

  it('follows links, also to what does not exist yet, and keeps them', async () => {
    const folder = await folderWith({ 'real/target': 'old', 'links/': '' });
    await symlink('../real/target', join(folder, 'links/there'));
    await symlink('../real/deep/missing', join(folder, 'links/dangling'));
    await symlink('dangling', join(folder, 'links/chain'));
    await writeFilesAtomically([file(join(folder, 'links/there'), '1'), file(join(folder, 'links/chain'), '2')]);
    expect(await contentsOf(folder)).toEqual({ 'real/target': '1', 'real/deep/missing': '2' });
    expect(await readlink(join(folder, 'links/there'))).toBe('../real/target');
    expect((await lstat(join(folder, 'links/dangling'))).isSymbolicLink()).toBe(true);
  });

  it('refuses a link that leads to itself', async () => {
    const folder = await folderWith();
    await symlink('loop', join(folder, 'loop'));
    await expect(writeFilesAtomically([file(join(folder, 'loop'), 'x')])).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it.skipIf(process.getuid?.() !== 0)('keeps the owner of what it replaces', async () => {
    const folder = await folderWith({ a: 'x' });
    const { chown } = await import('node:fs/promises');
    await chown(join(folder, 'a'), 1003, 1004);
    await writeFilesAtomically([file(join(folder, 'a'), 'y')]);
    expect(await stat(join(folder, 'a'))).toMatchObject({ uid: 1003, gid: 1004 });
    expect(await modeOf(join(folder, 'a'))).toBe(0o600);
  });

  const failures: [string, (folder: string) => Promise<string[]>, string][] = [
    [
      'a folder has its name',
      async (folder) => {
        await mkdir(join(folder, 'x'));
        return ['x'];
      },
      'EISDIR',
    ],
    ['a file lies where its folder must be', async () => ['a/x'], 'EEXIST'],
    ['its name is too long', async () => ['x'.repeat(300)], 'ENAMETOOLONG'],
    ['it is renamed away in between', async () => ['x', 'x'], 'ENOENT'],
  ];
  it.each(failures)('leaves every file as it was when one cannot be written: %s', async (_, arrange, code) => {
    const folder = await folderWith({ a: 'old a', z: 'old z' });
    await utimes(join(folder, 'a'), 1, 1);
    const names = await arrange(folder);
    const before = await contentsOf(folder);
    const write = writeFilesAtomically(
      ['a', 'new', ...names, 'z'].map((name) => file(join(folder, name), `new ${name}`)),
    );
    await expect(write).rejects.toMatchObject({ code });
    expect(await contentsOf(folder)).toEqual(before);
    expect((await stat(join(folder, 'a'))).mtimeMs).toBe(1000);
  });

  it.skipIf(!canMount())('leaves every file as it was when the disk is full', async () => {
    const folder = await folderWith();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'coog-test', folder]);
    try {
      await writeFile(join(folder, 'a'), 'old a');
      await writeFile(join(folder, 'b'), 'old b');
      const full = [file(join(folder, 'a'), 'new a'), file(join(folder, 'b'), 'x'.repeat(100_000))];
      await expect(writeFilesAtomically(full)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(await contentsOf(folder)).toEqual({ a: 'old a', b: 'old b' });
    } finally {
      execFileSync('umount', [folder]);
    }
  });

  it('leaves no second name of a file behind', async () => {
    const folder = await folderWith({ a: '1', b: '2' });
    await link(join(folder, 'a'), join(folder, 'a2'));
    await writeFilesAtomically([file(join(folder, 'a'), '3'), file(join(folder, 'b'), '4')]);
    expect(await contentsOf(folder)).toEqual({ a: '3', a2: '1', b: '4' });
  });

  it('killed at any moment, leaves every file whole, and the next run sweeps up', { timeout: 120_000 }, async () => {
    const folder = await folderWith({ one: 'end\n', two: 'end\n' });
    const script = fileURLToPath(new URL('../../support/keep-writing.ts', import.meta.url));
    const random = new Random(3);
    let killed = 0;
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, ['--no-warnings', script, folder, String(round * 1000)]);
      let complaint = '';
      child.stderr.on('data', (data) => {
        complaint += data;
      });
      // The first full round is over: from now on every moment is one of a write.
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      const enough = Promise.withResolvers<void>();
      setTimeout(enough.resolve, random.below(40));
      await enough.promise;
      child.kill('SIGKILL');
      await once(child, 'exit').catch(() => undefined);
      expect(complaint).toBe('');
      killed += child.signalCode === 'SIGKILL' ? 1 : 0;
      for (const name of ['one', 'two']) {
        const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
        expect(lines.slice(-2)).toEqual(['end', '']);
        expect(new Set(lines.slice(0, -2)).size).toBe(1);
        expect(lines).toHaveLength(20_002);
      }
    }
    expect(killed).toBe(12);
    await removeStaleTemporaries(folder);
    expect((await readdir(folder)).sort()).toEqual(['one', 'two']);
  });
});

describe('removeStaleTemporaries', () => {
  it('takes those of dead processes, keeps those of living ones and all other files', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await once(child, 'exit');
    const kept = [
      `.env.${process.pid}.coog-tmp`,
      `.env.1.coog-tmp`,
      '.env.coog-tmp',
      '.env',
      `x.${child.pid}.coog-tmp.txt`,
    ];
    const stale = [`.env.${child.pid}.coog-tmp`, `.env.before.${child.pid}.coog-tmp`, 'x.99999999999.coog-tmp'];
    const folder = await folderWith(Object.fromEntries([...kept, ...stale].map((name) => [name, 'x'])));
    await removeStaleTemporaries(folder);
    expect((await readdir(folder)).sort()).toEqual(kept.sort());
  });

  it('has nothing to do in a folder that is not there', async () => {
    await expect(removeStaleTemporaries(join(await folderWith(), 'none'))).resolves.toBeUndefined();
  });
});

it('is written where another process has the same name open', async () => {
  const folder = await folderWith({ a: 'old' });
  await writeFile(join(folder, `a.${process.pid}.coog-tmp`), 'left by an earlier process with this number');
  await writeFilesAtomically([file(join(folder, 'a'), 'new')]);
  expect(await contentsOf(folder)).toEqual({ a: 'new' });
});
