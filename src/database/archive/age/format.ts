import { hkdfSync } from 'node:crypto';

/**
 * The payload of an age file (https://c2sp.org/age, "Payload"): pieces of 64 KiB, each sealed with ChaCha20-Poly1305, a
 * counter and a mark of the last one in the nonce. OpenSSL does it here with a fifth of the time that the JavaScript
 * of age-encryption takes, which makes and reads the header with the keys of the recipients.
 */
export const CIPHER = 'chacha20-poly1305';
export const PIECE = 64 * 1024;
export const TAG = 16;
export const NONCE = 16;
export const MAGIC = 'age-encryption.org/v1\n';

export const payloadKey = (fileKey: Uint8Array, nonce: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));

/** Eleven bytes of counter, big endian, and one byte that marks the last piece. */
export function pieceNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/**
 * Cuts chunks into pieces of a size; the last one is marked and may be shorter, and is empty only when there is nothing at
 * all. The memory of a piece is used again for the next one.
 */
export async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly piece: Buffer; readonly last: boolean }> {
  const piece = Buffer.allocUnsafe(size);
  let used = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      // Whether a full piece is the last shows when more comes.
      if (used === size) {
        yield { piece, last: false };
        used = 0;
      }
      const part = chunk.subarray(at, at + size - used);
      piece.set(part, used);
      used += part.length;
      at += part.length;
    }
  }
  yield { piece: piece.subarray(0, used), last: true };
}
