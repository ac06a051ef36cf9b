import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Bytes of a file that are read in one go. Packed ones that are larger are read as far as this. */
const PIECE = 8 * 1024 * 1024;
const OVERLAP = 512;

export interface Document {
  /** Relative to the store. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** The files of a document store, piece by piece. Links are not followed: what they point to does not go out with it. */
export async function* documentsIn(folder: string, signal: AbortSignal): AsyncGenerator<Document> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    signal.throwIfAborted();
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isFile()) yield* piecesOf(path, name);
    else yield { path: name, bytes: Buffer.alloc(0) };
  }
}

async function* piecesOf(path: string, name: string): AsyncGenerator<Document> {
  const file = await open(path, 'r');
  try {
    for (let at = 0; ; at += PIECE - OVERLAP) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, at);
      if (bytesRead > 0 || at === 0) yield { path: name, bytes: buffer.subarray(0, bytesRead) };
      if (bytesRead < PIECE) return;
    }
  } finally {
    await file.close();
  }
}
