import { spawnSync } from 'node:child_process';
import { lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { constants, zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { safePath, staysInside } from '../../../src/database/archive/filestore/names.ts';
import { packFilestore, unpackFilestore } from '../../../src/database/archive/index.ts';
import { folderWith } from '../../support/folder.ts';
import { Random } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { bytesOf, codeOf, namesIn, noise, openFiles, sourceOf } from '../../unit/database/archive/fixtures.ts';

type Entry = Partial<Header> & { name: string; content?: string };

/** An archive as an attacker makes it. */
async function crafted(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) {
    const type = header.type ?? 'file';
    if (type === 'file') tar.entry({ ...header, type }, content);
    else {
      const entry = tar.entry({ ...header, type });
      if (type === 'symlink' && !header.linkname) entry.end(null);
    }
  }
  tar.finalize();
  return zstdCompressSync(await bytesOf(tar as AsyncIterable<Uint8Array>));
}

describe('what could be written outside is refused', () => {
  let root: string;
  let target: string;

  beforeEach(async () => {
    root = await folderWith({ 'outside/canary': 'untouched', canary: 'untouched' });
    target = join(root, 'edm');
  });

  const link = (name: string, linkname: string): Entry => ({ name, type: 'symlink', linkname });
  const file = (name: string): Entry => ({ name, content: 'written' });
  const attacks: [string, Entry[]][] = [
    ['a path that goes up', [file('../canary')]],
    ['a path that goes up later', [file('a/../../canary')]],
    ['a path that goes up to itself', [file('../edm/x')]],
    ['a folder that goes up', [{ name: '../outside/', type: 'directory' }]],
    ['a path that ends with ..', [{ name: 'a/..', type: 'directory' }]],
    ['an absolute path', [file('/tmp/coog-test-absolute')]],
    ['an absolute path behind an extension', [{ ...file('x'), pax: { path: '/tmp/coog-test-absolute' } }]],
    ['a path that goes up behind an extension', [{ ...file('x'), pax: { path: '../canary' } }]],
    ['raw bytes that go up', [{ ...file('x'), pax: { 'COOG.path': Buffer.from('../canary').toString('hex') } }]],
    ['a long path that goes up', [file(`${'a/'.repeat(150)}${'../'.repeat(152)}canary`)]],
    ['a link out', [link('a', '../canary')]],
    ['an absolute link', [link('a', '/etc/passwd')]],
    ['raw bytes of a link out', [{ ...link('a', 'b'), pax: { 'COOG.linkpath': Buffer.from('../x').toString('hex') } }]],
    ['a link without target', [link('a', '')]],
    ['a link up through another', [link('a', '.'), link('b', 'a/../..')]],
    ['a file through a link', [link('a', '../outside'), file('a/canary')]],
    ['a file through a link that stays inside', [{ name: 'b/', type: 'directory' }, link('a', 'b'), file('a/x')]],
    ['a link through a link', [{ name: 'b/', type: 'directory' }, link('a', 'b'), link('a/c', 'x')]],
    ['a link in the place of a folder', [file('a/x'), link('a', 'b')]],
    ['a folder in the place of a file', [file('a'), file('a/x')]],
    ['a link in the place of a file', [file('a'), link('a', 'b')]],
    ['a file twice', [file('a'), file('a')]],
    ['a link twice', [link('a', 'b'), link('a', 'c')]],
    ['a file with the name of the folder itself', [file('./')].map((e) => ({ ...e, name: '.' }))],
    ['a link with the name of the folder itself', [link('.', 'x')]],
    ['a hard link', [{ name: 'a', type: 'link', linkname: '../canary' }]],
    ['a hard link inside', [file('b'), { name: 'a', type: 'link', linkname: 'b' }]],
    ['a character device', [{ name: 'a', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a block device', [{ name: 'a', type: 'block-device', devmajor: 8 }]],
    ['a pipe', [{ name: 'a', type: 'fifo' }]],
  ];

  const untouched = async (): Promise<void> => {
    expect(await readFile(join(root, 'outside/canary'), 'utf8')).toBe('untouched');
    expect(await readFile(join(root, 'canary'), 'utf8')).toBe('untouched');
    expect(await namesIn(join(root, 'outside'))).toEqual(['canary']);
    expect((await namesIn(root)).filter((name) => name !== 'edm')).toEqual(['canary', 'outside']);
    expect(await lstat('/tmp/coog-test-absolute').catch(() => 'not there')).toBe('not there');
  };

  it.each(attacks)('%s', async (_, entries) => {
    const archive = await crafted([file('good/first'), ...entries, file('good/last')]);
    expect(await codeOf(unpackFilestore(sourceOf(archive), target))).toBe('FILESTORE_UNSAFE');
    expect(await namesIn(root)).toEqual(['canary', 'outside']);
    await mkdir(target);
    expect(await codeOf(unpackFilestore(sourceOf(archive), target))).toBe('FILESTORE_UNSAFE');
    expect(await namesIn(target)).toEqual([]);
    await untouched();
    // Links that lead out may be made then; nothing is written through them.
    const trusted = await codeOf(unpackFilestore(sourceOf(archive), target, { trustLinks: true }));
    expect(['done', 'FILESTORE_UNSAFE']).toContain(trusted);
    await untouched();
  });

  it('an unknown kind of entry', async () => {
    const tar = await bytesOf(pack1(file('a')));
    tar.write('V', 156);
    rewriteChecksum(tar);
    expect(await codeOf(unpackFilestore(sourceOf(zstdCompressSync(tar)), target))).toBe('FILESTORE_UNSAFE');
  });

  it('set-user-ID is not restored', async () => {
    const archive = await crafted([
      { name: 'a', content: 'x', mode: 0o4755 },
      { name: 'd/', type: 'directory', mode: 0o4755 },
    ]);
    await unpackFilestore(sourceOf(archive), target);
    expect((await stat(join(target, 'a'))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(target, 'd'))).mode & 0o7777).toBe(0o755);
  });

  it('a path that only looks odd is unpacked', async () => {
    const archive = await crafted([
      file('./a//b/./c'),
      file('..a'),
      file('b..'),
      file('...'),
      { name: './', type: 'directory' },
    ]);
    await unpackFilestore(sourceOf(archive), target);
    expect(await namesIn(target)).toEqual(['...', '..a', 'a', 'b..']);
    expect(await namesIn(join(target, 'a', 'b'))).toEqual(['c']);
  });

  it('a target that is not empty, a file or a link', async () => {
    const archive = await crafted([file('a')]);
    await symlink('outside', join(root, 'link'));
    await mkdir(join(root, 'empty'));
    await symlink('empty', join(root, 'link-to-empty'));
    for (const name of ['outside', 'canary', 'link', 'link-to-empty'])
      expect(await codeOf(unpackFilestore(sourceOf(archive), join(root, name)))).toBe('FILESTORE_TARGET_NOT_EMPTY');
    expect(await readFile(join(root, 'outside/canary'), 'utf8')).toBe('untouched');
  });
});

describe('a packed document store that is damaged', () => {
  const make = async () => {
    const folder = await folderWith({ 'coog/aa/bb/one': 'first', 'coog/aa/cc/two': 'x'.repeat(5000), 'coog/dd/': '' });
    await writeFile(join(folder, 'coog', 'dd', 'three'), noise(60_000));
    await writeFile(join(folder, 'coog', 'dd', 'four'), noise(1_500_000));
    return { folder, packed: await bytesOf((await packFilestore(folder)).stream) };
  };
  const unpacked = async (bytes: Buffer, target: string): Promise<unknown> => {
    const told = await codeOf(unpackFilestore(sourceOf(bytes), target));
    if (told !== 'done') expect(await codeOf(lstat(target))).not.toBe('done');
    return told;
  };

  it('is found at each of 50 cuts, and nothing is left', async () => {
    const { packed } = await make();
    const random = new Random(21);
    const places = [0, 1, 4, 20, packed.length - 1, packed.length - 5];
    while (places.length < 50) places.push(random.below(packed.length));
    for (const place of places)
      expect(await unpacked(packed.subarray(0, place), join(await temporaryFolder(), 'new')), `cut at ${place}`).toBe(
        'BACKUP_DAMAGED',
      );
  }, 30_000);

  it('is found at each of 200 flipped bits, or nothing differs', async () => {
    const { folder, packed } = await make();
    const random = new Random(22);
    for (let i = 0; i < 200; i++) {
      const flipped = Buffer.from(packed);
      const place = i % 2 ? random.below(packed.length) : random.below(600);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << random.below(8));
      const target = join(await temporaryFolder(), 'new');
      const told = await unpacked(flipped, target);
      if (told === 'done') expect(spawnSync('diff', ['-r', folder, target]).status, `byte ${place}`).toBe(0);
      else expect(['BACKUP_DAMAGED', 'FILESTORE_UNSAFE'], `byte ${place}`).toContain(told);
    }
  }, 60_000);

  it('is found where the tar in it is cut at any block, though zstd is whole', async () => {
    const { folder } = await make();
    const tar = spawnSync('sh', ['-c', 'zstd -dc'], {
      input: await bytesOf((await packFilestore(folder)).stream),
    }).stdout;
    if (!tar?.length) return;
    for (const cut of [
      0,
      512,
      1024,
      1536,
      2048,
      10_240,
      tar.length - 1536,
      tar.length - 1024,
      tar.length - 512,
      tar.length - 1,
    ])
      expect(
        await unpacked(zstdCompressSync(tar.subarray(0, cut)), join(await temporaryFolder(), 'new')),
        `at ${cut}`,
      ).toBe('BACKUP_DAMAGED');
  });

  it('or is something else', async () => {
    const garbage = [
      noise(5000),
      zstdCompressSync(noise(5000)),
      zstdCompressSync(Buffer.from('<html>')),
      Buffer.from('x'),
    ];
    for (const bytes of garbage)
      expect(await unpacked(bytes, join(await temporaryFolder(), 'new'))).toBe('BACKUP_DAMAGED');
  });

  it('carries a checksum: its zstd says so', async () => {
    const { packed } = await make();
    const plain = zstdCompressSync(noise(100), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    expect((packed[4] ?? 0) & 4).toBe((plain[4] ?? 0) & 4);
    expect((packed[4] ?? 0) & 4).toBe(4);
  });
});

describe('unpacking stops', () => {
  it('at a signal, also while the source stalls, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    const before = await openFiles();
    const controller = new AbortController();
    const source = new Readable({ read() {} });
    source.push((await crafted([{ name: 'a', content: 'x' }])).subarray(0, 20));
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 30);
    await expect(unpackFilestore(source, join(folder, 'new'), { signal: controller.signal })).rejects.toThrow('Ctrl-C');
    expect(await namesIn(folder)).toEqual([]);
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
  });

  it('with what its source tells', async () => {
    const folder = await temporaryFolder();
    async function* broken() {
      yield (await crafted([{ name: 'a', content: 'x' }])).subarray(0, 20);
      throw new Error('the download failed');
    }
    await expect(unpackFilestore(broken(), join(folder, 'new'))).rejects.toThrow('the download failed');
    expect(await namesIn(folder)).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('on a full disk with DISK_FULL, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', folder]);
    if (mounted.status !== 0) return;
    try {
      const files = Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, content: 'x'.repeat(20_000) }));
      const archive = await crafted(files);
      expect(await codeOf(unpackFilestore(sourceOf(archive), join(folder, 'new')))).toBe('DISK_FULL');
      expect(await namesIn(folder)).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });
});

describe('the judgement of names', () => {
  it.each(['', '/', '/a', '..', '../a', 'a/..', 'a/../b', './../a', 'a\0b'])('%j is no path inside', (name) => {
    expect(safePath(name)).toBeUndefined();
  });

  it.each([
    ['./', ''],
    ['.', ''],
    ['a/', 'a'],
    ['./a/./b//c/', 'a/b/c'],
    ['..a/...', '..a/...'],
    ['a\\..\\b', 'a\\..\\b'],
  ])('%j is %j inside', (name, path) => {
    expect(safePath(name)).toBe(path);
  });

  it.each([
    ['a', '..'],
    ['a', '/x'],
    ['a/b', '../..'],
    ['a/b', '../../x'],
    ['a', 'b/../..'],
    ['a/b', 'c/../d'],
    ['a', ''],
  ])('a link %j to %j leads out, or could', (path, target) => {
    expect(staysInside(path, target)).toBe(false);
  });

  it.each([
    ['a', 'b'],
    ['a/b', '..'],
    ['a/b', '../c'],
    ['a/b/c', '../../d/e'],
    ['a', '.'],
    ['a', './b'],
  ])('a link %j to %j stays inside', (path, target) => {
    expect(staysInside(path, target)).toBe(true);
  });
});

function pack1({ content = '', ...header }: Entry): AsyncIterable<Uint8Array> {
  const tar = pack();
  tar.entry(header, content);
  tar.finalize();
  return tar as AsyncIterable<Uint8Array>;
}

function rewriteChecksum(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}
