import type { ProblemError } from '../../shared/problem.ts';
import { decrypt } from './age/decrypt.ts';
import { locked } from './age/identities.ts';
import { readFailure } from './damage.ts';
import { CHUNK, gunzipped, unzstded } from './decompress.ts';
import { empty, notRecognised, openInput } from './input.ts';
import { counted } from './pull.ts';
import { HEAD, type Kind, sniff, type Wrapping } from './sniff.ts';
import { findEntry, type ZipEntry, zipEntryStream } from './unzip.ts';

/** A compressed file in an encrypted one in a zip: more is no backup but a puzzle. */
const DEEPEST = 3;

/** Makes the content anew, from its beginning. The number is told of the bytes that were read from the file so far. */
export type Reader = (onRead?: (bytes: number) => void) => AsyncIterable<Uint8Array>;

/** Of which server a backup is wanted. */
export type Wanted = 'postgresql' | 'mongodb';

export interface Peeled {
  /** `encrypted`: the kind cannot be seen without a key. */
  readonly kind: Kind | 'encrypted';
  /** From the outside to the inside. */
  readonly wrapping: readonly Wrapping[];
  /** Name of the file in a zip. */
  readonly entry?: string;
  /** The first bytes of the dump itself, or of the encrypted file. */
  readonly head: Buffer;
  readonly read: Reader;
}

/**
 * Looks through compression, encryption and zip at the dump inside.
 * @param identities secret keys; without any an encrypted file ends the look
 * @throws ProblemError BACKUP_NOT_RECOGNISED also for a backup of the other server
 */
export async function peel(path: string, identities: readonly string[], wanted: Wanted): Promise<Peeled> {
  const wrapping: Wrapping[] = [];
  let read: Reader = (onRead) => fileChunks(path, onRead);
  let zip: ZipEntry | undefined;
  for (;;) {
    const head = await firstBytes(read, path);
    const found = sniff(head);
    const entry = zip && { entry: zip.name };
    if ('kind' in found && (found.kind === 'mongo') !== (wanted === 'mongodb')) throw ofAnother(found.kind, path);
    if ('kind' in found) return { kind: found.kind, wrapping, ...entry, head, read };
    if ('empty' in found) throw empty(path, inside('there is nothing', wrapping));
    if ('other' in found)
      throw notRecognised(path, inside(found.other, wrapping), wrapping.length ? undefined : found.next);
    if (found.wrapping === 'age' && identities.length === 0)
      return { kind: 'encrypted', wrapping: [...wrapping, 'age'], ...entry, head, read };
    if (wrapping.length === DEEPEST) throw notRecognised(path, 'a file packed more than three times');
    if (found.wrapping === 'zip') {
      if (wrapping.length > 0) throw notRecognised(path, `a zip archive in a ${wrapping.at(-1)} file; unpack it first`);
      const file = await findEntry(path);
      zip = file;
      read = (onRead) => zipEntryStream(path, file, onRead);
    } else {
      read = unwrapped(found.wrapping, read, identities, path);
    }
    wrapping.push(found.wrapping);
  }
}

const ofAnother = (kind: Kind, path: string): ProblemError =>
  kind === 'mongo'
    ? notRecognised(path, 'an archive of MongoDB, no dump of the PostgreSQL database', 'coog mongo:load FILE')
    : notRecognised(path, 'a dump of a PostgreSQL database, no archive of MongoDB', 'coog db:load FILE');

const inside = (what: string, wrapping: readonly Wrapping[]): string =>
  wrapping.length === 0
    ? what
    : `${what}, in ${wrapping.map((w) => (w === 'age' ? 'an age' : `a ${w}`)).join(' in ')} file`;

async function* fileChunks(path: string, onRead?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const handle = await openInput(path);
  // The stream closes the handle at its end, and when it is left early.
  yield* counted(handle.createReadStream({ highWaterMark: CHUNK }), onRead);
}

function unwrapped(layer: 'gzip' | 'zstd' | 'age', outer: Reader, identities: readonly string[], path: string): Reader {
  if (layer === 'age')
    return (onRead) => {
      if (identities.length === 0) throw locked(path, 'no-key');
      return decrypt(outer(onRead), identities, path);
    };
  return (onRead) => (layer === 'gzip' ? gunzipped : unzstded)(outer(onRead), path);
}

async function firstBytes(read: Reader, path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of read()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= HEAD) break;
    }
  } catch (error) {
    throw readFailure(path, error);
  }
  return Buffer.concat(chunks).subarray(0, HEAD);
}
