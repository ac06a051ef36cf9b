import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzstded } from '../../../src/database/archive/decompress.ts';
import { createArchive, openArchive, readThrough } from '../../../src/database/archive/index.ts';
import { Random } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  bytesOf,
  codeOf,
  customDump,
  gzipped,
  openFiles,
  sourceOf,
  sqlDump,
  tarHeader,
  zipped,
  zstded,
} from '../../unit/database/archive/fixtures.ts';

async function file(content: Buffer, name = 'a.dump'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

describe('opening a backup', () => {
  it.each([
    ['custom', customDump(500_000)],
    ['sql', sqlDump()],
    ['tar', tarHeader('toc.dat')],
  ])('gives the %s dump whatever is around it', async (kind, dump) => {
    const wrapped: [string[], Buffer][] = [
      [[], dump],
      [['gzip'], gzipped(dump)],
      [['gzip'], Buffer.concat([gzipped(dump.subarray(0, 300)), gzipped(dump.subarray(300))])],
      [['zstd'], zstded(dump)],
      [['zstd'], Buffer.concat([zstded(dump.subarray(0, 300)), zstded(dump.subarray(300))])],
      [['zip'], await zipped(dump)],
      [['zip', 'zstd'], await zipped(zstded(dump))],
    ];
    for (const [wrapping, content] of wrapped) {
      const path = await file(content);
      const seen: number[] = [];
      const opened = await openArchive(path, { onProgress: (bytes) => seen.push(bytes) });
      expect(opened).toMatchObject({ kind, wrapping, size: content.length });
      expect(opened.direct).toBe(wrapping.length === 0 ? path : undefined);
      expect((await bytesOf(opened.stream())).equals(dump)).toBe(true);
      expect(seen.at(-1)).toBeLessThanOrEqual(content.length);
      expect(seen.at(-1)).toBeGreaterThan(content.length * 0.9 - 200);
      expect((await bytesOf(opened.stream())).equals(dump), 'a second reading').toBe(true);
      expect(await readThrough(path)).toEqual({ kind, bytes: dump.length });
      expect((await readFile(path)).equals(content), 'the file is as it was').toBe(true);
    }
  });

  it('refuses what follows the end of the compressed data', async () => {
    for (const pack of [gzipped, zstded]) {
      const path = await file(Buffer.concat([pack(customDump()), Buffer.from('something else')]));
      expect(await codeOf(readThrough(path))).toBe('BACKUP_DAMAGED');
    }
  });

  it('finds the borders of zstd frames wherever the chunks end', async () => {
    const parts = [Buffer.alloc(300, 1), Buffer.alloc(70_000, 2), Buffer.from('end')];
    const frames = parts.map(zstded);
    const packed = Buffer.concat(frames);
    for (const piece of [1, 2, 7, frames[0]?.length ?? 0, (frames[0]?.length ?? 0) + 1, packed.length])
      expect((await bytesOf(unzstded(sourceOf(packed, piece)))).equals(Buffer.concat(parts)), `in ${piece}`).toBe(true);
  });

  it('needs the same memory whatever the size', async () => {
    const path = await file(gzipped(Buffer.concat([Buffer.from('PGDMP'), Buffer.alloc(300_000_000)])));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let bytes = 0;
    for await (const chunk of (await openArchive(path)).stream() as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(bytes).toBe(300_000_005);
    expect(most - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('is stopped by a signal, and by its reader; no file stays open', async () => {
    const paths = [await file(customDump(3_000_000)), await file(gzipped(customDump(3_000_000)))];
    paths.push(await file(await zipped(customDump(3_000_000))));
    const before = await openFiles();
    for (const path of paths) {
      const controller = new AbortController();
      const opened = await openArchive(path, { signal: controller.signal });
      const reading = bytesOf(opened.stream());
      controller.abort(new Error('Ctrl-C'));
      await expect(reading).rejects.toThrow('Ctrl-C');
      const left = (await openArchive(path)).stream();
      await once(left, 'readable');
      left.destroy();
      await once(left, 'close');
      for await (const _ of (await openArchive(path)).stream()) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
  });

  it('tells of a file that vanished before it was read', async () => {
    const path = await file(gzipped(customDump()));
    const opened = await openArchive(path);
    await rm(path);
    await expect(bytesOf(opened.stream())).rejects.toMatchObject({ problems: [{ code: 'BACKUP_MISSING' }] });
  });

  it('tells of a folder or nothing in its place', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'a'));
    expect(await codeOf(openArchive(join(folder, 'a')))).toBe('BACKUP_NOT_RECOGNISED');
    expect(await codeOf(openArchive(join(folder, 'b')))).toBe('BACKUP_MISSING');
  });
});

describe('plain SQL of pg_dump', () => {
  it('that lost its end is refused, with or without compression', async () => {
    const sql = sqlDump(3000);
    const cut = sql.subarray(0, sql.lastIndexOf('-- PostgreSQL database dump complete'));
    expect(await codeOf(openArchive(await file(cut)))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(readThrough(await file(gzipped(cut))))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(readThrough(await file(await zipped(cut))))).toBe('BACKUP_DAMAGED');
  });

  it('made by hand needs no such end', async () => {
    expect(await codeOf(readThrough(await file(Buffer.from('CREATE TABLE a (id int);\n'))))).toBe('done');
  });
});

describe('damage is never silent', () => {
  const dump = customDump(150_000, 3);
  const sql = sqlDump(3000);
  const cases = new Map<string, { content: Buffer; payload: Buffer }>();
  let folder: string;
  let identity: string;

  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coog-test-'));
    const key = await generateIdentity();
    identity = join(folder, 'key');
    await writeFile(identity, key);
    const writer = await createArchive({ path: join(folder, 'a.age'), encryptTo: [await identityToRecipient(key)] });
    await writer.write(sourceOf(dump));
    await writer.commit();
    const age = await readFile(join(folder, 'a.age'));
    cases.set('gzip', { content: gzipped(dump), payload: dump });
    cases.set('gzip of SQL', { content: gzipped(sql), payload: sql });
    cases.set('zip', { content: await zipped(dump), payload: dump });
    cases.set('zip of SQL', { content: await zipped(sql), payload: sql });
    cases.set('age', { content: age, payload: dump });
    cases.set('zstd with checksum', { content: zstdChecked(sql), payload: sql });
    cases.set('zstd', { content: zstded(dump), payload: dump });
    cases.set('SQL', { content: sql, payload: sql });
  });

  const result = async (content: Buffer): Promise<Buffer | string> => {
    const path = join(folder, 'damaged');
    await writeFile(path, content);
    try {
      return await bytesOf((await openArchive(path, { identities: [identity] })).stream());
    } catch (error) {
      const code = (error as { problems?: { code: string }[] }).problems?.[0]?.code;
      if (code === undefined) throw error;
      return code;
    }
  };

  it.each(['gzip', 'gzip of SQL', 'zip', 'zip of SQL', 'age', 'zstd with checksum', 'zstd', 'SQL'])(
    'each of 50 cuts of %s is found',
    async (name) => {
      const { content, payload } = cases.get(name) ?? raise();
      const random = new Random(11);
      const places = [0, 1, 2, 3, 4, 5, 10, 20, content.length - 1, content.length - 2, content.length - 8];
      while (places.length < 50) places.push(random.below(content.length));
      for (const place of places) {
        const read = await result(content.subarray(0, place));
        // Behind the last line of pg_dump come only empty lines.
        const whole = name === 'SQL' && place > content.lastIndexOf('dump complete');
        if (whole) expect(typeof read === 'string' || payload.subarray(0, place).equals(read)).toBe(true);
        else expect(read, `cut at ${place} of ${content.length}`).toBeTypeOf('string');
      }
    },
    60_000,
  );

  it.each(['gzip', 'gzip of SQL', 'zip', 'zip of SQL', 'age', 'zstd with checksum'])(
    'each of 200 flipped bits of %s is found, or changes nothing',
    async (name) => {
      const { content, payload } = cases.get(name) ?? raise();
      const random = new Random(12);
      for (let i = 0; i < 200; i++) {
        const flipped = Buffer.from(content);
        // Half of them in what surrounds the data.
        const near = Math.min(content.length, 400);
        const place =
          [random.below(content.length), random.below(near), content.length - 1 - random.below(near)][i % 3] ?? 0;
        flipped[place] = (flipped[place] ?? 0) ^ (1 << random.below(8));
        const read = await result(flipped);
        if (typeof read !== 'string') expect(read.equals(payload), `bit flipped in byte ${place}`).toBe(true);
      }
    },
    60_000,
  );
});

const zstdChecked = (content: Buffer): Buffer =>
  zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

const raise = (): never => {
  throw new Error('no such case');
};
