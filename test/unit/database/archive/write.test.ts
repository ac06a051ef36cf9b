import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { createArchive, manifestPath, readManifest, zipArchive } from '../../../../src/database/archive/index.ts';
import { publish } from '../../../../src/database/archive/publish.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { codeOf, customDump, facts, namesIn, noise, openFiles, sourceOf } from './fixtures.ts';

const MiB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);

async function target(name = 'a.dump'): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  return { folder, path: join(folder, name) };
}

describe('writing a backup', () => {
  it('writes what came, and a manifest that describes it', async () => {
    const { folder, path } = await target();
    const content = customDump(40 * MiB + 3);
    const writer = await createArchive({ path });
    const seen: number[] = [];
    const digests = await writer.write(sourceOf(content), { onProgress: (bytes) => seen.push(bytes) });
    expect(await namesIn(folder)).toEqual([
      expect.stringMatching(/^a\.dump\.[0-9a-f]{18}-\d+-\d+-[0-9a-f]{6}\.partial$/),
    ]);
    const committed = await writer.commit(facts);
    await writer.abort();
    expect(await namesIn(folder)).toEqual(['a.dump', 'a.dump.manifest.json']);
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await readManifest(path)).toEqual({ ...facts, ...digests, encrypted: false });
    expect(committed.manifest).toEqual(await readManifest(path));
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('gives digests that sha256sum and head give too', async () => {
    const { path } = await target();
    const writer = await createArchive({ path });
    const { size, blocks, blockSize, sha256: whole } = await writer.write(sourceOf(noise(40 * MiB)));
    await writer.commit();
    expect([size, blockSize, blocks.length]).toEqual([40 * MiB, 16 * MiB, 3]);
    expect(spawnSync('sha256sum', [path], { encoding: 'utf8' }).stdout.slice(0, 64)).toBe(whole);
    const head = spawnSync('sh', ['-c', `head -c ${2 * blockSize} '${path}' | sha256sum`], { encoding: 'utf8' });
    expect(head.stdout.slice(0, 64)).toBe(blocks[1]);
    expect(blocks[2]).toBe(whole);
  });

  it.each([0, 1, 16 * MiB - 1, 16 * MiB, 16 * MiB + 1, 32 * MiB])('hashes %d bytes right', async (size) => {
    const { path } = await target();
    const writer = await createArchive({ path });
    const content = noise(size + 4).subarray(0, size);
    const digests = await writer.write(sourceOf(content, 777_777));
    await writer.commit();
    expect(digests).toMatchObject({ size, sha256: sha256(content) });
    expect(digests.blocks.length).toBe(Math.ceil(size / (16 * MiB)));
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('takes chunks of any size, empty ones too', async () => {
    const { path } = await target();
    const content = noise(30_000);
    async function* tiny() {
      for (let at = 0; at < content.length; at += 7) {
        yield content.subarray(at, at + 7);
        if (at % 700 === 0) yield Buffer.alloc(0);
      }
    }
    const writer = await createArchive({ path });
    expect(await writer.write(tiny())).toMatchObject({ size: 30_000, sha256: sha256(content) });
    await writer.commit();
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('needs the same memory whatever the size', async () => {
    const { path } = await target();
    const piece = Buffer.alloc(64 * 1024, 1);
    let most = 0;
    async function* long() {
      for (let i = 0; i < 8000; i++) {
        if (i % 100 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
        yield piece;
      }
    }
    const before = process.memoryUsage().arrayBuffers;
    const writer = await createArchive({ path });
    await writer.write(long());
    await writer.abort();
    expect(most - before).toBeLessThan(32 * MiB);
  });

  it.each([0o000, 0o022, 0o777])('gives file and manifest to the owner alone under umask %o', async (umask) => {
    const { path } = await target();
    const before = process.umask(umask);
    try {
      const writer = await createArchive({ path });
      await writer.write(sourceOf(customDump()));
      expect(await modeOf((await namesIn(join(path, '..'))).map((n) => join(path, '..', n))[0] ?? '')).toBe('600');
      await writer.commit(facts);
    } finally {
      process.umask(before);
    }
    expect([await modeOf(path), await modeOf(manifestPath(path))]).toEqual(['600', '600']);
  });

  it('gives other rights when told to', async () => {
    const { path } = await target();
    const writer = await createArchive({ path, mode: 0o640 });
    await writer.write(sourceOf(customDump()));
    await writer.commit();
    expect(await modeOf(path)).toBe('640');
  });

  it('works where a name is long', async () => {
    const { folder, path } = await target(`${'x'.repeat(236)}.dmp`);
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    await writer.commit(facts);
    expect((await namesIn(folder)).length).toBe(2);
  });
});

describe('reading back before the file has its name', () => {
  it('is recorded in the manifest when all is as it was written', async () => {
    const { folder, path } = await target();
    const verified = { at: '2026-01-02T03:04:06.000Z', level: 'read' } as const;
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    const seen: number[] = [];
    await writer.readBack({ onProgress: (bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toBe(customDump().length);
    expect(await namesIn(folder)).not.toContain('a.dump');
    await writer.commit(facts, verified);
    expect(await readManifest(path)).toMatchObject({ verified });
    expect((await readFile(path)).equals(customDump())).toBe(true);
  });

  it('finds what the disk changed', async () => {
    const { folder, path } = await target();
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    const [partial = ''] = await namesIn(folder);
    const content = await readFile(join(folder, partial));
    content[1000] = (content[1000] ?? 0) ^ 1;
    await writeFile(join(folder, partial), content);
    const error = await writer.readBack().catch((e: unknown) => e);
    expect(error).toMatchObject({ exitCode: 1, problems: [{ code: 'BACKUP_WRITE_FAILED', place: { file: path } }] });
    await writer.abort();
    expect(await namesIn(folder)).toEqual([]);
  });

  it('stops at a signal', async () => {
    const { path } = await target();
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    const signal = AbortSignal.abort(new Error('Ctrl-C'));
    await expect(writer.readBack({ signal })).rejects.toThrow('Ctrl-C');
    await writer.abort();
  });
});

describe('a target is refused, and nothing is changed, when', () => {
  const refusal = async (path: string) => {
    const error = await createArchive({ path }).catch((e: unknown) => e);
    expect(error).toMatchObject({ exitCode: 2, problems: [{ next: expect.any(String) }] });
    return (error as { problems: { code: string }[] }).problems[0]?.code;
  };

  it('it exists', async () => {
    const { folder, path } = await target();
    await writeFile(path, 'mine');
    expect(await refusal(path)).toBe('BACKUP_EXISTS');
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await namesIn(folder)).toEqual(['a.dump']);
  });

  it('it is a symbolic link, to a file, to nothing, or in a circle', async () => {
    const { folder, path } = await target();
    await writeFile(join(folder, 'victim'), 'mine');
    for (const to of ['victim', 'nowhere', 'a.dump']) {
      await symlink(to, path);
      expect(await refusal(path)).toBe('BACKUP_TARGET_LINK');
      await rm(path);
    }
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('mine');
  });

  it('it is a folder, or its manifest is one', async () => {
    const { folder, path } = await target();
    expect(await refusal(`${folder}/`)).toBe('BACKUP_TARGET_FOLDER');
    expect(await refusal(folder)).toBe('BACKUP_TARGET_FOLDER');
    await mkdir(manifestPath(path));
    expect(await refusal(path)).toBe('BACKUP_TARGET_FOLDER');
  });

  it('its folder is missing, or is a file', async () => {
    const { folder, path } = await target();
    expect(await refusal(join(folder, 'none', 'a.dump'))).toBe('BACKUP_FOLDER_MISSING');
    await writeFile(path, '');
    expect(await refusal(join(path, 'a.dump'))).toBe('BACKUP_FOLDER_MISSING');
  });

  it('its name is too long', async () => {
    const { folder } = await target();
    expect(await refusal(join(folder, 'x'.repeat(250)))).toBe('BACKUP_NAME_INVALID');
  });

  it.skipIf(process.getuid?.() !== 0)('its folder cannot be written', async () => {
    const { folder, path } = await target();
    await chmod(folder, 0o555);
    const script = `import { createArchive } from ${JSON.stringify(import.meta.resolve('../../../../src/database/archive/index.ts'))};
      process.setuid(65534);
      await createArchive({ path: ${JSON.stringify(path)} }).catch((e) => console.log(e.problems?.[0].code ?? e));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('BACKUP_FOLDER_NOT_WRITABLE');
  });

  it('less is free than will be needed', async () => {
    const { folder, path } = await target();
    const error = await createArchive({ path, expectedBytes: 1e18 }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      exitCode: 2,
      problems: [{ code: 'DISK_FULL', title: expect.stringContaining(folder) }],
    });
    expect(await namesIn(folder)).toEqual([]);
  });
});

describe('a write that fails', () => {
  it('leaves nothing after abort, twice and also before the first byte', async () => {
    const { folder, path } = await target();
    const first = await createArchive({ path });
    await first.abort();
    await first.abort();
    const second = await createArchive({ path });
    await second.write(sourceOf(customDump()));
    await second.abort();
    expect(await namesIn(folder)).toEqual([]);
    await expect(second.commit(facts)).rejects.toThrow();
    expect(await namesIn(folder)).toEqual([]);
  });

  it('tells what its source tells', async () => {
    const { path } = await target();
    async function* broken() {
      yield customDump(3 * MiB);
      throw new Error('pg_dump is gone');
    }
    const writer = await createArchive({ path });
    await expect(writer.write(broken())).rejects.toThrow('pg_dump is gone');
    await expect(writer.commit(facts)).rejects.toThrow();
    await writer.abort();
  });

  it('tells what its source told before it was read, encrypted or zipped too', async () => {
    const recipient = await identityToRecipient(await generateIdentity());
    const failed = () => {
      const source = new Readable({ read() {} });
      process.nextTick(() => source.destroy(new Error('pg_dump is gone')));
      return source;
    };
    const zip = () => zipArchive(failed(), { name: 'a.sql', date: new Date(0) });
    for (const [make, encryptTo] of [
      [failed, []],
      [failed, [recipient]],
      [zip, []],
      [zip, [recipient]],
    ] as const) {
      const { path } = await target();
      const writer = await createArchive({ path, encryptTo });
      await expect(writer.write(make())).rejects.toThrow('pg_dump is gone');
      await writer.abort();
    }
  });

  it('does not take a stream that was destroyed for one that ended', async () => {
    const { path } = await target();
    const source = new Readable({ read() {} });
    source.push(customDump());
    setTimeout(() => source.destroy(), 20);
    const writer = await createArchive({ path });
    await expect(writer.write(source)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await writer.abort();
  });

  it.each(['a stream', 'a generator'])('stops at once when the signal comes while %s stalls', async (kind) => {
    const { folder, path } = await target();
    const controller = new AbortController();
    const stalled = new Readable({ read() {} });
    async function* stalling() {
      yield customDump();
      await new Promise(() => undefined);
    }
    const writer = await createArchive({ path });
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 20);
    const started = performance.now();
    await expect(
      writer.write(kind === 'a stream' ? stalled : stalling(), { signal: controller.signal }),
    ).rejects.toThrow('Ctrl-C');
    expect(performance.now() - started).toBeLessThan(1000);
    await writer.abort();
    expect(await namesIn(folder)).toEqual([]);
    if (kind === 'a stream') expect(stalled.destroyed).toBe(true);
  });

  it('leaves no file open', async () => {
    const { path } = await target();
    const before = await openFiles();
    for (let i = 0; i < 20; i++) {
      const writer = await createArchive({ path });
      await writer.write(Readable.from([Buffer.from('x')])).catch(() => undefined);
      await writer.abort();
    }
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
  });
});

describe('two at once', () => {
  it('with the same name: exactly one wins, and file and manifest are its', async () => {
    for (let round = 0; round < 10; round++) {
      const { folder, path } = await target();
      const contents = Array.from({ length: 5 }, (_, i) => customDump(50_000, i + 1));
      const writers = await Promise.all(contents.map(() => createArchive({ path })));
      await Promise.all(writers.map((writer, i) => writer.write(sourceOf(contents[i] ?? Buffer.alloc(0)))));
      const results = await Promise.all(writers.map((writer, i) => codeOf(writer.commit({ ...facts, coog: `${i}` }))));
      await Promise.all(writers.map((writer) => writer.abort()));
      expect(results.filter((r) => r === 'done').length).toBe(1);
      expect(results.filter((r) => r === 'BACKUP_EXISTS').length).toBe(4);
      const winner = results.indexOf('done');
      expect((await readFile(path)).equals(contents[winner] ?? Buffer.alloc(0))).toBe(true);
      expect(await readManifest(path)).toMatchObject({
        coog: `${winner}`,
        sha256: sha256(contents[winner] ?? Buffer.alloc(0)),
      });
      expect(await namesIn(folder)).toEqual(['a.dump', 'a.dump.manifest.json']);
    }
  });

  it('a file that came meanwhile stays', async () => {
    const { folder, path } = await target();
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    await writeFile(path, 'mine');
    expect(await codeOf(writer.commit(facts))).toBe('BACKUP_EXISTS');
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await namesIn(folder)).toEqual(['a.dump']);
  });

  it('where the file system has no links: exactly one wins too', async () => {
    const noLinks = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
    const { folder, path } = await target();
    const temporaries = Array.from({ length: 8 }, (_, i) => join(folder, `t${i}`));
    for (const [i, temporary] of temporaries.entries()) await writeFile(temporary, `${i}`);
    const results = await Promise.all(temporaries.map((t) => codeOf(publish(t, path, noLinks))));
    expect(results.filter((r) => r === 'done').length).toBe(1);
    expect(await readFile(path, 'utf8')).toBe(`${results.indexOf('done')}`);
  });

  it('a manifest without its file is replaced', async () => {
    const { path } = await target();
    await writeFile(manifestPath(path), '{"format":1}');
    const writer = await createArchive({ path });
    await writer.write(sourceOf(customDump()));
    await writer.commit(facts);
    expect(await readManifest(path)).toMatchObject(facts);
  });
});

it('what was committed can be taken back when what belongs to it fails', async () => {
  const { folder, path } = await target();
  const writer = await createArchive({ path });
  await writer.write(sourceOf(customDump()));
  await (await writer.commit(facts)).undo();
  expect(await namesIn(folder)).toEqual([]);
});
