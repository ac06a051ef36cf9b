import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { BackupFacts, Source } from '../../../../src/database/archive/index.ts';
import { zipArchive } from '../../../../src/database/archive/index.ts';
import { Random } from '../../../support/random.ts';

/** Bytes that do not compress, the same for the same seed. */
export function noise(size: number, seed = 1): Buffer {
  const random = new Random(seed);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE(random.below(0xffffffff), Math.min(at, size - 4));
  return bytes;
}

/** What begins like a pg_dump custom archive. */
export const customDump = (size = 200_000, seed = 1): Buffer =>
  Buffer.concat([Buffer.from('PGDMP\x01\x0f\x00\x04\x08\x01'), noise(size, seed)]);

/** What pg_dump writes as plain SQL. */
export const sqlDump = (lines = 2000): Buffer => {
  const random = new Random(lines);
  const rows = Array.from({ length: lines }, (_, i) => `${i}\tname ${random.below(1e9)}\t${random.below(1e9)}\n`);
  return Buffer.from(`--
-- PostgreSQL database dump
--

\\restrict ajkBmAbC

-- Dumped from database version 17.6

SET statement_timeout = 0;
COPY public.party (id, name, code) FROM stdin;
${rows.join('')}\\.


--
-- PostgreSQL database dump complete
--

\\unrestrict ajkBmAbC

`);
};

/** The header of a tar archive whose first file is `name`. */
export function tarHeader(name: string): Buffer {
  const header = Buffer.alloc(1024);
  header.write(name, 0, 'latin1');
  header.write('ustar\0', 257, 'latin1');
  return header;
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const zipped = (content: Buffer, name = 'dump.sql'): Promise<Buffer> =>
  bytesOf(zipArchive(sourceOf(content), { name, date: new Date(0) }));

export const gzipped = (content: Buffer): Buffer => gzipSync(content, { level: 1 });
export const zstded = (content: Buffer): Buffer => zstdCompressSync(content);

/** A stream of content in pieces. */
export const sourceOf = (content: Buffer, piece = 64 * 1024): Source => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += piece) pieces.push(content.subarray(at, at + piece));
  return Readable.from(pieces);
};

export const facts: BackupFacts = {
  format: 1,
  coog: '0.2.0',
  created: '2026-01-02T03:04:05.000Z',
  project: 'demo',
  database: 'coog',
  server: '17.6',
  client: '17.6',
  image: 'coog/coog:24.1',
  kind: 'custom',
  compression: 'zstd:1',
  encoding: 'UTF8',
  modules: [{ name: 'party', state: 'activated' }],
  extensions: [{ name: 'plpgsql', version: '1.0' }],
  tables: { 'public.party_party': 2000 },
};

/** The codes of what a promise is rejected with; the error itself where it is no problem. */
export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: { problems?: { code: string }[] }) => error.problems?.map(({ code }) => code).join() ?? error,
  );

export const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();

/** How many files this process has open: what must not grow. */
export const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
