import { createDecipheriv } from 'node:crypto';
import { damaged } from '../damage.ts';
import { CIPHER, inPieces, MAGIC, NONCE, PIECE, payloadKey, pieceNonce, TAG } from './format.ts';
import { locked } from './identities.ts';

/** A header with a hundred recipients has some 20 KiB, or 200 KiB with post-quantum keys. */
const MOST_HEADER = 1024 * 1024;

/**
 * Decrypts an age file. No byte comes out that was not authenticated; a cut at any place is an error.
 * @param identities secret keys (`AGE-SECRET-KEY-…`)
 * @param path for messages
 * @throws ProblemError BACKUP_ENCRYPTED when no identity fits, BACKUP_DAMAGED
 */
export async function* decrypt(
  source: AsyncIterable<Uint8Array>,
  identities: readonly string[],
  path: string,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    const start = await readStart(chunks, path);
    const fileKey = await unwrap(start.header, identities, path);
    const key = payloadKey(fileKey, start.nonce);
    let index = 0;
    for await (const { piece, last } of inPieces(following(start.rest, chunks), PIECE + TAG)) {
      yield unseal(piece, key, pieceNonce(index, last), path, index);
      index += 1;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Passes on what is no age file. @throws ProblemError what `decrypt` throws, also BACKUP_ENCRYPTED without any identity */
export async function* decryptedIfNeeded(
  source: AsyncIterable<Uint8Array>,
  identities: readonly string[],
  path: string,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  try {
    while (first.length < MAGIC.length) {
      const step = await chunks.next();
      if (step.done) break;
      first = Buffer.concat([first, step.value]);
    }
    const whole = following(first, chunks);
    if (!first.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return yield* whole;
    if (identities.length === 0) throw locked(path, 'no-key');
    yield* decrypt(whole, identities, path);
  } finally {
    await chunks.return?.();
  }
}

function unseal(piece: Buffer, key: Buffer, nonce: Buffer, path: string, index: number): Buffer {
  const body = piece.subarray(0, Math.max(0, piece.length - TAG));
  // An empty last piece is allowed only where there is nothing at all.
  if (piece.length < TAG || (body.length === 0 && index > 0)) throw damaged(path, 'the encrypted data is cut off');
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG });
  decipher.setAuthTag(piece.subarray(body.length));
  const plain = decipher.update(body);
  try {
    decipher.final();
  } catch (error) {
    throw damaged(path, `the encrypted data is changed or cut off near byte ${index * PIECE} of its content`, error);
  }
  return plain;
}

async function* following(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let step = await chunks.next(); !step.done; step = await chunks.next()) yield step.value;
}

interface Start {
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly rest: Buffer;
}

/** Reads up to the line of the header that holds its MAC, and the nonce behind it. */
async function readStart(chunks: AsyncIterator<Uint8Array>, path: string): Promise<Start> {
  let read = Buffer.alloc(0);
  for (;;) {
    const end = endOfHeader(read);
    if (end > 0 && read.length >= end + NONCE)
      return {
        header: read.subarray(0, end),
        nonce: read.subarray(end, end + NONCE),
        rest: read.subarray(end + NONCE),
      };
    const step = await chunks.next();
    if (step.done || (end < 0 && read.length > MOST_HEADER))
      throw damaged(path, 'the header of the encryption is cut off or changed');
    read = Buffer.concat([read, step.value]);
  }
}

function endOfHeader(bytes: Buffer): number {
  const mac = bytes.indexOf('\n--- ', MAGIC.length - 1);
  const end = mac < 0 ? -1 : bytes.indexOf('\n', mac + 1);
  return end < 0 ? -1 : end + 1;
}

async function unwrap(header: Buffer, identities: readonly string[], path: string): Promise<Uint8Array> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(Uint8Array.from(header));
  } catch (error) {
    if (error instanceof Error && error.message.includes('no identity matched'))
      throw locked(path, header.includes('\n-> scrypt ') ? 'passphrase' : 'other-key');
    throw damaged(path, 'the header of the encryption is changed', error);
  }
}
