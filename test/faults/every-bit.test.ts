import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArchive, type Digests, openArchive, readThrough, verifyHash } from '../../src/database/archive/index.ts';
import { flipped, zipped } from '../support/faults/archives.ts';
import { Random } from '../support/random.ts';

const CUTS = 50;
const FLIPS = 200;

/** Plain SQL as pg_dump writes it, of which a part can be compressed and a part cannot. */
const sql = (() => {
  const random = new Random(7);
  const rows = Array.from(
    { length: 1500 },
    (_, i) =>
      `${i}\tMüller\t${random
        .below(2 ** 30)
        .toString(36)
        .repeat(3)}\\N`,
  );
  const begin = ['--', '-- PostgreSQL database dump', '--', '', 'COPY public.party (id, name, code) FROM stdin;'];
  return Buffer.from([...begin, ...rows, '\\.', '', '--', '-- PostgreSQL database dump complete', '--', ''].join('\n'));
})();

const zstd = zstdCompressSync(sql, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

const kinds = {
  'plain SQL': async () => sql,
  'gzipped SQL': async () => gzipSync(sql),
  'SQL in zstd with a checksum': async () => zstd,
  'zipped SQL': () => zipped({ 'coog.sql': sql }),
  'plain SQL, encrypted': () => encrypted(sql),
  'gzipped SQL, encrypted': () => encrypted(gzipSync(sql)),
  'SQL in zstd, encrypted': () => encrypted(zstd),
} as const;

async function encrypted(data: Uint8Array): Promise<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  return Buffer.from(await encrypter.encrypt(data));
}

let folder: string;
let identity: string;
let file: string;
const options = () => ({ identities: [join(folder, 'identity')] });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-faults-'));
  identity = await generateIdentity();
  await writeFile(join(folder, 'identity'), `${identity}\n`, { mode: 0o600 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(Object.entries(kinds))('a backup of %s', (kind, make) => {
  let data: Buffer;
  let digests: Digests;
  beforeAll(async () => {
    data = await make();
    file = join(folder, `${kind.replaceAll(/\W+/g, '-')}.dump`);
    const archive = await createArchive({ path: file });
    digests = await archive.write(inPieces(data));
    await archive.commit();
    expect(await contentOf()).toBe(digest(sql));
  });

  test(`with its manifest is found damaged after each of ${CUTS} cuts`, async () => {
    const random = new Random(1);
    for (let i = 0; i < CUTS; i++) {
      const length = random.below(data.length);
      await writeFile(file, data.subarray(0, length));
      await expect(verifyHash(file, digests), `cut at ${length}`).rejects.toThrow(/damaged/);
    }
  });

  test(`with its manifest is found damaged after each of ${FLIPS} changed bits`, async () => {
    const random = new Random(2);
    for (let i = 0; i < FLIPS; i++) {
      const bit = random.below(data.length * 8);
      await writeFile(file, flipped(data, bit));
      await expect(verifyHash(file, digests), `bit ${bit}`).rejects.toThrow(/damaged/);
    }
  });

  test(`without a manifest is never read as a whole after any of ${CUTS} cuts`, async () => {
    const random = new Random(3);
    // A comment behind the last line is no loss.
    const end = kind === 'plain SQL' ? data.lastIndexOf('complete') : data.length;
    for (let i = 0; i < CUTS; i++) {
      const length = random.below(end);
      await writeFile(file, data.subarray(0, length));
      await expect(readThrough(file, options()), `cut at ${length}`).rejects.toThrow();
    }
  });

  // Plain SQL has no checksum at all.
  if (kind !== 'plain SQL')
    test(`without a manifest is never read as something else after any of ${FLIPS} changed bits`, async () => {
      const random = new Random(4);
      for (let i = 0; i < FLIPS; i++) {
        const bit = random.below(data.length * 8);
        await writeFile(file, flipped(data, bit));
        // A bit that means nothing, as in the time that gzip records, may be another one.
        expect(['refused', digest(sql)], `bit ${bit}`).toContain(await contentOf());
      }
    });
});

async function* inPieces(data: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += 10_000) yield data.subarray(at, at + 10_000);
}

async function contentOf(): Promise<string> {
  const hash = createHash('sha256');
  try {
    const { stream } = await openArchive(file, options());
    for await (const chunk of stream() as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return 'refused';
  }
}

const digest = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
