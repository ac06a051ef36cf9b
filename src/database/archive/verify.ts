import { chunksOf } from './chunks.ts';
import { damaged, readFailure } from './damage.ts';
import { type Digests, StreamHasher } from './digests.ts';
import { type FolderFile, requireFiles } from './folder.ts';
import { checkFile } from './input.ts';
import type { PumpOptions } from './pump.ts';

/** What a backup was when it was written; with `files` it is a folder, whose files are hashed one behind the other. */
export type Expected = Digests & { readonly files?: readonly FolderFile[] };

/**
 * Reads a backup once and compares it with the digests of its manifest. Memory does not depend on the size.
 * @throws ProblemError BACKUP_DAMAGED naming the sizes, or the first block that is not as it was written;
 * BACKUP_MISSING, BACKUP_UNREADABLE
 */
export async function verifyHash(path: string, expected: Expected, options: PumpOptions = {}): Promise<Digests> {
  try {
    const paths = expected.files ? await requireFiles(path, expected.files) : [await ofThisSize(path, expected.size)];
    return await compare(path, { paths, expected }, options);
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function ofThisSize(path: string, expected: number): Promise<string> {
  const { size } = await checkFile(path);
  if (size < expected) throw damaged(path, `it has ${size} bytes and was written with ${expected}; the end is missing`);
  if (size > expected)
    throw damaged(path, `it has ${size} bytes and was written with ${expected}; something was added`);
  return path;
}

async function compare(
  path: string,
  { paths, expected }: { paths: readonly string[]; expected: Digests },
  { signal, onProgress }: PumpOptions,
): Promise<Digests> {
  const { size, blockSize, blocks, sha256 } = expected;
  const hasher = new StreamHasher(blockSize, (digest, index) => {
    if (digest === blocks[index]) return;
    const last = Math.min(size, (index + 1) * blockSize) - 1;
    throw damaged(path, `block ${index + 1} of ${blocks.length} is changed (bytes ${index * blockSize} to ${last})`);
  });
  let read = 0;
  for await (const chunk of chunksOf(paths)) {
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
