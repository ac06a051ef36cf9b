import type { FileHandle } from 'node:fs/promises';
import { type Digests, StreamHasher } from './digests.ts';
import { pull, type Source } from './pull.ts';

/** Bytes that are written at once. Two such batches are the memory that a write needs. */
const BATCH = 1024 * 1024;

/** Chunks that one writev(2) takes on every system. */
const MOST_CHUNKS = 512;

export interface PumpOptions {
  readonly signal?: AbortSignal;
  /** Told of all bytes so far. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Hashes a source and hands it on in batches without copying; a batch is written while the next is read and hashed.
 * @param sink writes a batch completely, `position` bytes behind the first
 */
export async function pump(
  source: Source,
  sink: (batch: readonly Uint8Array[], position: number) => Promise<void>,
  { signal, onProgress }: PumpOptions,
): Promise<Digests> {
  const hasher = new StreamHasher();
  let batch: Uint8Array[] = [];
  let collected = 0;
  let position = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    writing = sink(batch, position);
    // Its failure is told by the next flush; until then it is no unhandled one.
    writing.catch(() => undefined);
    position += collected;
    onProgress?.(position);
    batch = [];
    collected = 0;
  };
  try {
    for await (const chunk of pull(source, signal)) {
      if (chunk.length === 0) continue;
      hasher.update(chunk);
      batch.push(chunk);
      collected += chunk.length;
      if (collected >= BATCH || batch.length >= MOST_CHUNKS) await flush();
    }
    await flush();
  } finally {
    // Whoever closes the file next must not do so under a running write.
    await writing.catch(() => undefined);
  }
  await writing;
  return hasher.finish();
}

/** Writes all chunks: writev(2) may write less than it was given. */
export async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let rest = chunks;
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest as Uint8Array<ArrayBuffer>[], at);
    if (bytesWritten === 0)
      throw Object.assign(new Error('EIO: nothing was written'), { code: 'EIO', syscall: 'writev' });
    at += bytesWritten;
    rest = behind(rest, bytesWritten);
  }
}

function behind(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  let index = 0;
  for (let chunk = chunks[0]; chunk && skip >= chunk.length; chunk = chunks[index]) {
    skip -= chunk.length;
    index += 1;
  }
  const [first, ...others] = chunks.slice(index);
  return first ? [first.subarray(skip), ...others] : [];
}
