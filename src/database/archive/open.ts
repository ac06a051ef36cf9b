import type { Readable } from 'node:stream';
import { locked, readIdentities } from './age/identities.ts';
import { damaged, readFailure } from './damage.ts';
import { isDumpFolder } from './folder.ts';
import { checkInput, openInput } from './input.ts';
import { type Peeled, peel, type Wanted } from './layers.ts';
import { openFolder } from './open-folder.ts';
import { asReadable, pull } from './pull.ts';
import type { PumpOptions } from './pump.ts';
import type { Kind, Wrapping } from './sniff.ts';
import { pgDumpEnd, pgDumpHeader } from './sniff-text.ts';

export interface OpenOptions extends PumpOptions {
  /** Identity files of age. */
  readonly identities?: readonly string[];
  /** Default: postgresql. */
  readonly of?: Wanted;
}

export interface OpenedArchive {
  readonly kind: Kind;
  readonly wrapping: readonly Wrapping[];
  /** Bytes of the file: what `onProgress` counts up to. */
  readonly size: number;
  /** The file or folder itself, where nothing has to be unpacked: pg_restore can then read it in parallel. */
  readonly direct?: string;
  /**
   * The dump, from its beginning; each call reads anew. It ends with an error, never early, when the file is cut off or
   * does not fit its checksums: who restores from it must take an error for a failure, whatever came before. Throws for a
   * folder, which is no stream: it has `direct`.
   */
  stream(): Readable;
}

/** Bytes at the end of plain SQL in which pg_dump says that it is complete. */
const TAIL = 4096;

/**
 * Opens a backup as a stream of what pg_restore or psql can read, decrypted and decompressed. Read-only.
 * Plain SQL that pg_dump began and did not end is refused: it has no other checksum.
 * @throws ProblemError what `recognise` throws, and BACKUP_ENCRYPTED when it is encrypted and no identity was given
 */
export async function openArchive(path: string, options: OpenOptions = {}): Promise<OpenedArchive> {
  const { identities = [], of = 'postgresql', signal, onProgress } = options;
  if (of === 'postgresql' && (await isDumpFolder(path))) return openFolder(path);
  const { size } = await checkInput(path);
  try {
    const peeled = await peel(path, await readIdentities(identities), of);
    const { kind, wrapping, head } = peeled;
    if (kind === 'encrypted') throw locked(path, 'no-key');
    const fromPgDump = kind === 'sql' && pgDumpHeader.test(textOf(head).trimStart());
    const direct = wrapping.length === 0 ? { direct: path } : {};
    if (direct.direct && fromPgDump) requireEnd(await lastBytes(path, size), path);
    const stream = (): Readable => asReadable(guarded(peeled, path, fromPgDump, { signal, onProgress }));
    return { kind, wrapping, size, ...direct, stream };
  } catch (error) {
    throw readFailure(path, error);
  }
}

/**
 * Reads a backup to its end and throws the content away: finds what its own checksums can find.
 * @returns bytes of the unpacked content
 * @throws ProblemError what `openArchive` throws, BACKUP_DAMAGED
 */
export async function readThrough(path: string, options: OpenOptions = {}): Promise<{ kind: Kind; bytes: number }> {
  const { kind, stream } = await openArchive(path, options);
  let bytes = 0;
  for await (const chunk of stream() as AsyncIterable<Buffer>) bytes += chunk.length;
  return { kind, bytes };
}

async function* guarded(
  { read }: Peeled,
  path: string,
  fromPgDump: boolean,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: PumpOptions['onProgress'] },
): AsyncGenerator<Uint8Array> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of pull(read(onProgress), signal)) {
      if (fromPgDump) tail = Buffer.concat([tail, chunk.subarray(-TAIL)]).subarray(-TAIL);
      yield chunk;
    }
    if (fromPgDump) requireEnd(tail, path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

function requireEnd(tail: Buffer, path: string): void {
  if (!pgDumpEnd.test(textOf(tail)))
    throw damaged(path, "its last lines are missing: 'PostgreSQL database dump complete' does not stand at the end");
}

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '');

async function lastBytes(path: string, size: number): Promise<Buffer> {
  const handle = await openInput(path);
  try {
    const length = Math.min(TAIL, size);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
