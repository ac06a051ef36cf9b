import { damaged, readFailure } from './damage.ts';
import { type Digests, StreamHasher } from './digests.ts';
import { checkFile, openInput } from './input.ts';
import type { PumpOptions } from './pump.ts';

/** Bytes that are read at once; while they are hashed the next are read. */
const CHUNK = 1024 * 1024;

/**
 * Reads a backup once and compares it with the digests of its manifest. Memory does not depend on the size.
 * @throws ProblemError BACKUP_DAMAGED naming the sizes, or the first block that is not as it was written;
 * BACKUP_MISSING, BACKUP_UNREADABLE
 */
export async function verifyHash(path: string, expected: Digests, options: PumpOptions = {}): Promise<Digests> {
  try {
    const { size } = await checkFile(path);
    if (size < expected.size)
      throw damaged(path, `it has ${size} bytes and was written with ${expected.size}; the end is missing`);
    if (size > expected.size)
      throw damaged(path, `it has ${size} bytes and was written with ${expected.size}; something was added`);
    return await compare(path, expected, options);
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function compare(path: string, expected: Digests, { signal, onProgress }: PumpOptions): Promise<Digests> {
  const { size, blockSize, blocks, sha256 } = expected;
  const hasher = new StreamHasher(blockSize, (digest, index) => {
    if (digest === blocks[index]) return;
    const last = Math.min(size, (index + 1) * blockSize) - 1;
    throw damaged(path, `block ${index + 1} of ${blocks.length} is changed (bytes ${index * blockSize} to ${last})`);
  });
  let read = 0;
  for await (const chunk of chunksOf(path)) {
    signal?.throwIfAborted();
    hasher.update(chunk);
    read += chunk.length;
    onProgress?.(read);
  }
  const found = hasher.finish();
  // It may have been cut while it was read.
  if (found.size !== size || found.sha256 !== sha256) throw damaged(path, `it changed while it was read`);
  return found;
}

/** Two buffers in turn: a chunk is valid until the next one is asked for. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const handle = await openInput(path);
  const buffers: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)];
  let reading = handle.read(buffers[0], 0, CHUNK, 0);
  try {
    for (let turn = 0, at = 0; ; turn = 1 - turn) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const chunk = (buffers[turn] as Buffer).subarray(0, bytesRead);
      at += bytesRead;
      reading = handle.read(buffers[1 - turn] as Buffer, 0, CHUNK, at);
      reading.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}
