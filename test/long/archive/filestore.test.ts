import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { createArchive, packFilestore, unpackFilestore } from '../../../src/database/archive/index.ts';
import { Random } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { bytesOf, codeOf, namesIn, noise, openFiles, sourceOf } from '../../unit/database/archive/fixtures.ts';

const isRoot = process.getuid?.() === 0;
const time = new Date('2024-05-06T07:08:09Z');

/** A folder as Tryton keeps documents: by the first letters of their digests. */
async function store(files = 60): Promise<string> {
  const folder = join(await temporaryFolder(), 'edm');
  const random = new Random(3);
  for (let i = 0; i < files; i++) {
    const name = noise(16, i).toString('hex');
    const below = join(folder, 'coog', name.slice(0, 2), name.slice(2, 4));
    await mkdir(below, { recursive: true });
    await writeFile(join(below, name), noise(random.below(20_000) + 4, i));
    await utimes(join(below, name), time, time);
  }
  return folder;
}

const pack = async (folder: string): Promise<Buffer> => bytesOf((await packFilestore(folder)).stream);

/** Everything below a folder: kind, rights, owner, time of files, content or target. */
async function everything(folder: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const look = async (path: Buffer): Promise<void> => {
    const info = await lstat(path);
    const name = path.subarray(Buffer.byteLength(folder)).toString('latin1') || '/';
    const owner = isRoot ? ` ${info.uid}:${info.gid}` : '';
    const mode = (info.mode & 0o7777).toString(8);
    if (info.isSymbolicLink()) found[name] = `link${owner} to ${await readlink(path, 'latin1')}`;
    else if (info.isFile())
      found[name] =
        `file ${mode}${owner} ${Math.trunc(info.mtimeMs / 1000)} ${(await readFile(path)).toString('base64')}`;
    else found[name] = `folder ${mode}${owner}`;
    if (!info.isDirectory()) return;
    for (const entry of await readdir(path, { encoding: 'buffer' }))
      await look(Buffer.concat([path, Buffer.from('/'), entry as Buffer]));
  };
  await look(Buffer.from(folder));
  return found;
}

describe('the document store', () => {
  it('comes back as it was: contents, rights, times, owners, links, empty folders', async () => {
    const folder = await store();
    for (const size of [0, 1, 511, 512, 513, 1024 * 1024, 1024 * 1024 + 1, 3_333_333])
      await writeFile(join(folder, `size-${size}`), noise(size + 4).subarray(0, size));
    await mkdir(join(folder, 'empty'));
    await mkdir(join(folder, 'closed'));
    await writeFile(join(folder, 'closed', 'inside'), 'x');
    await symlink('../size-1', join(folder, 'empty', 'up'));
    await symlink('size-1', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'dangling'));
    await symlink('empty', join(folder, 'to-folder'));
    for (const [name, mode] of Object.entries({
      'size-0': 0o600,
      'size-1': 0o444,
      'size-511': 0o640,
      'size-512': 0o755,
    }))
      await chmod(join(folder, name), mode);
    if (isRoot) {
      await chown(join(folder, 'size-0'), 1000, 33);
      await chown(join(folder, 'size-1'), 300_000, 400_000);
      await chown(join(folder, 'empty'), 70_000, 70_000);
    }
    await chmod(join(folder, 'empty'), 0o2750);
    await chmod(join(folder, 'closed'), 0o500);
    const packed = await packFilestore(folder);
    const bytes = await bytesOf(packed.stream);
    const target = join(folder, '..', 'new');
    const result = await unpackFilestore(sourceOf(bytes), target);
    expect(await everything(target)).toEqual(await everything(folder));
    const { entries, leadingOut, leftOut, bytes: size } = packed.summary();
    expect({ entries, bytes: size }).toEqual(result);
    expect(entries).toBe(Object.keys(await everything(folder)).length);
    expect([leadingOut, leftOut]).toEqual([[], []]);
  });

  it('comes back with any names', async () => {
    const folder = await store(0);
    await mkdir(folder);
    const names = [
      'a b',
      '-x',
      "it's",
      '"q"',
      '$(id)',
      'é',
      '日本',
      'a\\b',
      'a\nb',
      'x'.repeat(255),
      '...',
      'a.',
      '*',
      '\x1b[31m',
    ];
    for (const name of names) await writeFile(join(folder, name), name);
    const deep = join(folder, ...Array.from({ length: 5 }, () => 'y'.repeat(200)));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'z'.repeat(150)), 'deep');
    await symlink(`${'y'.repeat(200)}/${'y'.repeat(200)}`, join(folder, 'long-link'));
    for (const bytes of ['caf\xe9', '\xff\xfe', 'a\x80'])
      await writeFile(Buffer.from(`${folder}/${bytes}`, 'latin1'), bytes);
    await mkdir(Buffer.from(`${folder}/dir\xe9`, 'latin1'));
    await writeFile(Buffer.from(`${folder}/dir\xe9/x`, 'latin1'), 'x');
    await symlink(Buffer.from('caf\xe9', 'latin1'), Buffer.from(`${folder}/link\xe9`, 'latin1'));
    const target = join(folder, '..', 'new');
    await unpackFilestore(sourceOf(await pack(folder)), target);
    expect(await everything(target)).toEqual(await everything(folder));
  });

  it('is packed the same way each time, whatever the order in which it was made', async () => {
    const [one, two] = [await store(), await store()];
    await rm(join(two, 'coog'), { recursive: true });
    for (const file of (await readdir(one, { recursive: true, withFileTypes: true }))
      .filter((e) => e.isFile())
      .reverse()) {
      const below = join(two, file.parentPath.slice(one.length));
      await mkdir(below, { recursive: true });
      await writeFile(join(below, file.name), await readFile(join(file.parentPath, file.name)));
      await utimes(join(below, file.name), time, time);
    }
    for (const folder of [one, two])
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
        if (entry.isDirectory()) await utimes(join(entry.parentPath, entry.name), time, time);
    for (const folder of [one, two]) await utimes(folder, time, time);
    expect((await pack(one)).equals(await pack(two))).toBe(true);
  });

  it('is what zstd and tar read', async () => {
    const folder = await store();
    const path = `${folder}.tar.zst`;
    await writeFile(path, await pack(folder));
    await mkdir(`${folder}.tar`);
    const made = spawnSync('sh', ['-c', `zstd -dc '${path}' | tar -xpf - -C '${folder}.tar'`], { encoding: 'utf8' });
    if (/not found/.test(made.stderr)) return;
    expect(made.stderr).toBe('');
    expect(await everything(`${folder}.tar`)).toEqual(await everything(folder));
  });

  it('may be encrypted, and opens with the key only', async () => {
    const folder = await store(20);
    const [path, target, key] = ['packed', 'new', 'key'].map((name) => join(folder, '..', name)) as [
      string,
      string,
      string,
    ];
    const identity = await generateIdentity();
    await writeFile(key, identity);
    const writer = await createArchive({ path, encryptTo: [await identityToRecipient(identity)] });
    await writer.write((await packFilestore(folder)).stream);
    await writer.commit();
    const packed = () => createReadStream(path);
    expect(await codeOf(unpackFilestore(packed(), target))).toBe('BACKUP_ENCRYPTED');
    expect(await codeOf(lstat(target))).not.toBe('done');
    await unpackFilestore(packed(), target, { identities: [key] });
    expect(await everything(target)).toEqual(await everything(folder));
  });

  it('is packed without following a link, and those that lead out are told', async () => {
    const folder = await store(3);
    await writeFile(join(folder, '..', 'outside'), 'SECRET');
    await symlink('../outside', join(folder, 'out'));
    await symlink('/etc', join(folder, 'etc'));
    const packed = await packFilestore(folder);
    const bytes = await bytesOf(packed.stream);
    expect(packed.summary().leadingOut).toEqual(['etc', 'out']);
    const target = join(folder, '..', 'new');
    expect(await codeOf(unpackFilestore(sourceOf(bytes), target))).toBe('FILESTORE_UNSAFE');
    await unpackFilestore(sourceOf(bytes), target, { trustLinks: true });
    expect([await readlink(join(target, 'out')), await readlink(join(target, 'etc'))]).toEqual(['../outside', '/etc']);
  });

  it('is packed without pipes and sockets, which are told', async () => {
    const folder = await store(3);
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    const packed = await packFilestore(folder);
    const bytes = await bytesOf(packed.stream);
    server.close();
    expect(packed.summary().leftOut).toEqual(['pipe', 'socket']);
    await unpackFilestore(sourceOf(bytes), join(folder, '..', 'new'));
  });

  it('may be empty', async () => {
    const folder = join(await temporaryFolder(), 'edm');
    await mkdir(folder);
    const target = join(folder, '..', 'new');
    expect(await unpackFilestore(sourceOf(await pack(folder)), target)).toEqual({ entries: 1, bytes: 0 });
    expect(await namesIn(target)).toEqual([]);
  });

  it('may be in use: files come, grow and vanish while it is packed', async () => {
    const folder = await store(400);
    const script = `import { writeFile, appendFile, rm } from 'node:fs/promises';
      process.stdout.write('.');
      for (let i = 0; ; i++) {
        const path = ${JSON.stringify(join(folder, 'coog'))} + '/busy-' + (i % 50);
        await writeFile(path, Buffer.alloc(i % 7 ? 3000 : 2_000_000));
        await appendFile(path, Buffer.alloc(100_000));
        await rm(path);
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(child.stdout, 'data');
    try {
      for (let round = 0; round < 5; round++) {
        const target = join(folder, '..', `new-${round}`);
        const packed = await bytesOf((await packFilestore(folder)).stream).catch((error: unknown) => error);
        // A file that becomes shorter while it is read is told; any other is in it as far as it was.
        if (packed instanceof Buffer) await unpackFilestore(sourceOf(packed), target);
        else expect(packed).toMatchObject({ problems: [{ code: 'FILESTORE_UNREADABLE' }] });
      }
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });

  it('that cannot be read is not packed in part', async () => {
    const folder = await store(3);
    await expect(pack(join(folder, 'none'))).rejects.toMatchObject({
      exitCode: 1,
      problems: [{ code: 'FILESTORE_UNREADABLE', place: { file: join(folder, 'none') } }],
    });
  });

  it.skipIf(!isRoot)('that holds a file that may not be read is not packed in part', async () => {
    const folder = await store(3);
    await chmod(join(folder, '..'), 0o755);
    await writeFile(join(folder, 'secret'), 'x', { mode: 0o600 });
    const script = `import { packFilestore } from ${JSON.stringify(import.meta.resolve('../../../src/database/archive/index.ts'))};
      process.setuid(65534);
      try { for await (const _ of (await packFilestore(${JSON.stringify(folder)})).stream); console.log('done') }
      catch (e) { console.log(e.problems?.[0].code, e.problems?.[0].place.file) }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(`FILESTORE_UNREADABLE ${join(folder, 'secret')}`);
  });

  it('is packed by the measure of its reader, who may leave', async () => {
    const folder = await store(20);
    await writeFile(join(folder, 'large'), noise(30_000_000));
    const before = await openFiles();
    const { stream } = await packFilestore(folder);
    for await (const _ of stream) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
    await appendFile(join(folder, 'large'), 'x');
  });

  it('tells how far it is', async () => {
    const folder = await store(20);
    const seen: [number, number][] = [];
    const packed = await packFilestore(folder, { onProgress: (...told) => seen.push(told) });
    const bytes = await bytesOf(packed.stream);
    expect(seen.at(-1)).toEqual([packed.summary().entries, packed.summary().bytes]);
    const unpacked: [number, number][] = [];
    await unpackFilestore(sourceOf(bytes), join(folder, '..', 'new'), { onProgress: (...told) => unpacked.push(told) });
    expect(unpacked).toEqual(seen);
  });
});
