import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { asReadable, batched } from '../pull.ts';
import { drained } from './drain.ts';
import { type HeaderOf, headerOf } from './header.ts';
import { onDisk, staysInside } from './names.ts';
import { unreadable, vanished, walk } from './walk.ts';

const CHUNK = 1024 * 1024;

/** Bytes that are compressed at once: each call costs as much as a small file. */
const BATCH = 256 * 1024;

/** Files that are read ahead. */
const AHEAD = 16;

export interface PackOptions {
  /** Told of entries and bytes so far. */
  readonly onProgress?: (entries: number, bytes: number) => void;
  /** Of zstd; documents are mostly compressed already. */
  readonly level?: number;
}

/** What was packed. */
export interface PackSummary {
  readonly entries: number;
  /** Bytes of the files, before compression. */
  readonly bytes: number;
  /** Links that lead out of the folder: they are in the archive, and unpacking refuses them unless told to trust it. */
  readonly leadingOut: readonly string[];
  /** Sockets, pipes and devices: no archive can hold them. */
  readonly leftOut: readonly string[];
}

export interface PackedFilestore {
  /** tar, compressed with zstd and its checksum. Fails when a file cannot be read. */
  readonly stream: Readable;
  /** Once the stream has ended. */
  summary(): PackSummary;
}

/**
 * Packs a folder: files, folders and symbolic links, which are stored and never followed, with rights, owners and times.
 * The same folder gives the same bytes. Memory does not depend on the size. It may be in use: a file that is being written
 * gets into the archive as far as it is.
 * @throws in the stream: ProblemError FILESTORE_UNREADABLE
 */
export async function packFilestore(folder: string, options: PackOptions = {}): Promise<PackedFilestore> {
  const { pack } = await import('tar-stream');
  const { constants, createZstdCompress } = await import('node:zlib');
  const { ZSTD_c_checksumFlag: checksum, ZSTD_c_compressionLevel: level } = constants;
  const tar = pack();
  tar.on('error', told);
  const counts = { entries: 0, bytes: 0, leadingOut: [] as string[], leftOut: [] as string[] };
  const progress = options.onProgress ?? (() => undefined);
  const feeding = feed(tar, folder, counts, progress).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* tar as AsyncIterable<Uint8Array>;
    await feeding;
  }
  const compress = createZstdCompress({ chunkSize: CHUNK, params: { [checksum]: 1, [level]: options.level ?? 1 } });
  const stream = pipeline(asReadable(batched(chunks(), BATCH)), compress, () => tar.destroy());
  return { stream, summary: () => ({ ...counts }) };
}

/** A failure is told by the stream; without a listener the event of each part of it would end the process. */
const told = (): void => undefined;

type Progress = (entries: number, bytes: number) => void;
type Counts = { entries: number; bytes: number; leadingOut: string[]; leftOut: string[] };

async function feed(tar: Pack, folder: string, counts: Counts, progress: Progress): Promise<void> {
  for await (const found of readAhead(walk(folder), AHEAD)) {
    if (tar.destroyed) return;
    if (!found) continue;
    const header = headerOf(found);
    if (!header) {
      counts.leftOut.push(found.path);
      continue;
    }
    if (found.target !== undefined && !staysInside(found.path, found.target)) counts.leadingOut.push(found.path);
    const size = found.content?.length ?? header.size ?? 0;
    if (header.type !== 'file') await add(tar, header);
    else if (found.content) await add(tar, { ...header, size }, found.content);
    else if (!(await addLarge(tar, header, folder, found.path))) continue;
    counts.entries += 1;
    counts.bytes += size;
    progress(counts.entries, counts.bytes);
  }
}

function add(tar: Pack, header: HeaderOf, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    const entry = content ? tar.entry(header, content, done) : tar.entry(header, done);
    entry.on('error', told);
  });
}

/** False when the file vanished. */
async function addLarge(tar: Pack, header: HeaderOf, folder: string, path: string): Promise<boolean> {
  const { promise: added, resolve, reject } = Promise.withResolvers<void>();
  added.catch(() => undefined);
  let handle: FileHandle | undefined;
  try {
    handle = await open(onDisk(`${Buffer.from(folder).toString('latin1')}/${path}`), 'r');
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    entry.on('error', told);
    // Not beyond the size that the header says: a file that grows is being written.
    for (let left = header.size ?? 0; left > 0; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, left)));
      if (bytesRead === 0) throw new Error('it became shorter while it was read');
      left -= bytesRead;
      if (!entry.write(buffer.subarray(0, bytesRead))) await drained(entry);
    }
    entry.end(null);
    await added;
    return true;
  } catch (error) {
    if (tar.destroyed) throw error;
    return handle === undefined && vanished(error) ? false : unreadable(folder, path, error);
  } finally {
    await handle?.close();
  }
}

/** Runs some of the tasks ahead of time and hands out their results in order. */
async function* readAhead<T>(tasks: AsyncIterable<() => Promise<T>>, ahead: number): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  for await (const task of tasks) {
    const started = task();
    // Whoever waits for it meets its failure; until then it is no unhandled one.
    started.catch(() => undefined);
    running.push(started);
    if (running.length >= ahead) yield await (running.shift() as Promise<T>);
  }
  for (const task of running) yield await task;
}
