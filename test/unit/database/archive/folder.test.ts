import { mkdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createFolderArchive,
  type Expected,
  listBackups,
  openArchive,
  readManifest,
  recognise,
  removeAsOne,
  verifyHash,
} from '../../../../src/database/archive/index.ts';
import { isPartial } from '../../../../src/database/archive/partial.ts';
import { Random } from '../../../support/random.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { codeOf, customDump, facts, namesIn, noise } from './fixtures.ts';

const content: Readonly<Record<string, Buffer>> = {
  'toc.dat': customDump(3000),
  '4001.dat.zst': noise(50_000, 2),
  '4002.dat.zst': noise(7, 3),
  'Ünïcode.dat': noise(1000, 4),
  'empty.dat': Buffer.alloc(0),
};
const folderFacts = { ...facts, kind: 'directory' } as const;

async function fill(folder: string, files = content): Promise<void> {
  for (const [name, data] of Object.entries(files)) await writeFile(join(folder, name), data);
}

async function backup(): Promise<{ folder: string; path: string; digests: Expected }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.dump');
  const writer = await createFolderArchive(path);
  await fill(writer.unfinished);
  const digests = await writer.seal();
  await writer.commit(folderFacts);
  return { folder, path, digests };
}

describe('a backup that is a folder', () => {
  it('is what was written, for its owner alone, with a manifest beside it', async () => {
    const { folder, path, digests } = await backup();
    expect(await namesIn(folder)).toEqual(['a.dump', 'a.dump.manifest.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readManifest(path)).toMatchObject({ kind: 'directory', ...digests });
    expect(await verifyHash(path, digests)).toMatchObject({ sha256: digests.sha256, size: digests.size });
    expect(await recognise(path)).toEqual({ kind: 'directory', wrapping: [], size: digests.size });
    expect(await openArchive(path)).toMatchObject({ kind: 'directory', direct: path });
    expect(await listBackups(folder)).toMatchObject([
      { name: 'a.dump', size: digests.size, manifest: { size: 54_018 } },
    ]);
  });

  it('has no name before it is committed, and leaves nothing when it is given up', async () => {
    const folder = await temporaryFolder();
    const writer = await createFolderArchive(join(folder, 'a.dump'));
    await fill(writer.unfinished);
    await writer.seal();
    expect((await namesIn(folder)).every(isPartial)).toBe(true);
    await writer.abort();
    expect(await namesIn(folder)).toEqual([]);
  });

  it('of a dead run is removed by the next one, with all that is in it', async () => {
    const folder = await temporaryFolder();
    const writer = await createFolderArchive(join(folder, 'a.dump'));
    await fill(writer.unfinished);
    await rename(writer.unfinished, writer.unfinished.replace(/-(\d+)-(\d+)-/, `-${process.pid}-1-`));
    const next = await createFolderArchive(join(folder, 'b.dump'));
    expect(await namesIn(folder)).toEqual([next.unfinished.slice(folder.length + 1)]);
    await next.abort();
  });

  it('never replaces what somebody has put there meanwhile', async () => {
    for (const make of [
      (path: string) => writeFile(path, 'the only one'),
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, 'only'), 'the only one');
      },
    ]) {
      const folder = await temporaryFolder();
      const path = join(folder, 'a.dump');
      const writer = await createFolderArchive(path);
      await fill(writer.unfinished);
      await writer.seal();
      await make(path);
      expect(await codeOf(writer.commit(folderFacts))).toBe('BACKUP_EXISTS');
      const kept = (await stat(path)).isDirectory() ? join(path, 'only') : path;
      expect(await readFile(kept, 'utf8')).toBe('the only one');
      expect(await namesIn(folder)).toEqual(['a.dump']);
    }
  });

  it('loses its name at once when it is removed', async () => {
    const { folder, path } = await backup();
    await removeAsOne(path);
    expect(await namesIn(folder)).toEqual(['a.dump.manifest.json']);
  });
});

describe('damage in a folder is found:', () => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['a file is missing', (path) => rm(join(path, '4002.dat.zst')), /4002\.dat\.zst is missing/],
    ['a file is cut', (path) => truncate(join(path, '4001.dat.zst'), 49_999), /4001\.dat\.zst has 49999 bytes/],
    ['a file was added', (path) => writeFile(join(path, 'more.dat'), ''), /more\.dat was added/],
    ['a link lies in it', (path) => symlink('/etc/passwd', join(path, 'link')), /link/],
    ['a folder lies in it', (path) => mkdir(join(path, 'sub')), /sub/],
    [
      'the end of a file is at the beginning of the next one',
      async (path) => {
        await truncate(join(path, '4002.dat.zst'), 6);
        await writeFile(join(path, 'empty.dat'), 'x');
      },
      /4002\.dat\.zst has 6 bytes/,
    ],
  ])('%s', async (_, change, said) => {
    const { path, digests } = await backup();
    await change(path);
    const error = await verifyHash(path, digests).catch((e: unknown) => e);
    expect(await codeOf(Promise.reject(error))).toBe('BACKUP_DAMAGED');
    expect((error as Error).message).toMatch(said);
  });

  it('it is no folder any more', async () => {
    const { path, digests } = await backup();
    await rm(path, { recursive: true });
    await writeFile(path, Buffer.concat(Object.values(content)));
    expect(await codeOf(verifyHash(path, digests))).toBe('BACKUP_DAMAGED');
  });

  it('any of two hundred changed bits', async () => {
    const { path, digests } = await backup();
    const random = new Random(3);
    for (let i = 0; i < 200; i++) {
      const name = random.pick(['toc.dat', '4001.dat.zst', '4002.dat.zst', 'Ünïcode.dat']);
      const data = Buffer.from(content[name] ?? '');
      const bit = random.below(data.length * 8);
      data[bit >> 3] = (data[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(join(path, name), data);
      expect(await codeOf(verifyHash(path, digests)), `${name} bit ${bit}`).toBe('BACKUP_DAMAGED');
      await writeFile(join(path, name), content[name] ?? '');
    }
    expect(await verifyHash(path, digests)).toMatchObject({ sha256: digests.sha256 });
  });

  it('its table of contents is none, or cannot be found', async () => {
    const { path } = await backup();
    await writeFile(join(path, 'toc.dat'), noise(3000));
    expect(await codeOf(openArchive(path))).toBe('BACKUP_DAMAGED');
    await rm(join(path, 'toc.dat'));
    expect(await codeOf(openArchive(path))).toBe('BACKUP_NOT_RECOGNISED');
  });

  it.each<[string, (manifest: Record<string, unknown>) => unknown]>([
    ['names a file elsewhere', (m) => ({ ...m, files: [{ name: '../../etc/passwd', size: 54_018 }] })],
    ['has sizes that are not its size', (m) => ({ ...m, files: [{ name: 'toc.dat', size: 1 }] })],
    ['names no files', ({ files: _, ...m }) => m],
    ['calls one file a folder', (m) => ({ ...m, kind: 'custom' })],
  ])('its manifest %s', async (_, change) => {
    const { path } = await backup();
    const manifest = JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')) as Record<string, unknown>;
    await writeFile(`${path}.manifest.json`, JSON.stringify(change(manifest)));
    expect(await codeOf(readManifest(path))).toBe('BACKUP_MANIFEST_INVALID');
  });
});

describe('a folder is refused as a target', () => {
  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['that exists', (path) => mkdir(path), 'BACKUP_TARGET_FOLDER'],
    ['that is a file', (path) => writeFile(path, ''), 'BACKUP_EXISTS'],
    ['that is a link', (path) => symlink('nowhere', path), 'BACKUP_TARGET_LINK'],
    ['whose parent is missing', (path) => rm(join(path, '..'), { recursive: true }), 'BACKUP_FOLDER_MISSING'],
  ])('%s', async (_, make, code) => {
    const folder = join(await temporaryFolder(), 'in');
    await mkdir(folder);
    await make(join(folder, 'a.dump'));
    expect(await codeOf(createFolderArchive(join(folder, 'a.dump')))).toBe(code);
  });
});
