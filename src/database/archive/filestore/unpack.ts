import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extract } from 'tar-stream';
import { ProblemError } from '../../../shared/problem.ts';
import { decryptedIfNeeded } from '../age/decrypt.ts';
import { readIdentities } from '../age/identities.ts';
import { damaged, readFailure } from '../damage.ts';
import { unzstded } from '../decompress.ts';
import { writeFailure } from '../disk.ts';
import { shellPath } from '../names.ts';
import { held, pull, type Source } from '../pull.ts';
import { drained } from './drain.ts';
import { judge } from './judge.ts';
import { Placer } from './place.ts';

export interface UnpackOptions {
  readonly signal?: AbortSignal;
  /** Identity files of age, for an encrypted archive. */
  readonly identities?: readonly string[];
  /** Told of entries and bytes so far. */
  readonly onProgress?: (entries: number, bytes: number) => void;
  /** Makes links that lead out of the folder too. Nothing is ever written through a link. */
  readonly trustLinks?: boolean;
  /** Sets the recorded owners, which only root can. Default: where this process is root. */
  readonly owners?: boolean;
  /** What messages call the archive: its path. */
  readonly name?: string;
}

export interface Unpacked {
  readonly entries: number;
  /** Bytes of the files. */
  readonly bytes: number;
}

/**
 * Unpacks what `packFilestore` made into a folder that is empty or does not exist yet; on a failure the folder is as it was.
 * Every name is judged before it is used, links come last and no name may lead through one, so nothing is written outside.
 * Rights are restored (without set-user-ID), times of files, and owners.
 * An archive that was encrypted with age is decrypted.
 * @throws ProblemError FILESTORE_UNSAFE, FILESTORE_TARGET_NOT_EMPTY, BACKUP_DAMAGED, BACKUP_ENCRYPTED, IDENTITY_UNUSABLE,
 * DISK_FULL, BACKUP_WRITE_FAILED
 */
export async function unpackFilestore(source: Source, folder: string, options: UnpackOptions = {}): Promise<Unpacked> {
  const { name = 'the packed document store' } = options;
  held(source);
  const existed = await requireEmpty(folder);
  try {
    await mkdir(folder, { recursive: true });
    return await unpackInto(source, folder, name, options);
  } catch (error) {
    await clear(folder, existed);
    const { syscall } = error as NodeJS.ErrnoException;
    throw syscall === undefined || syscall === 'read' ? readFailure(name, error) : await writeFailure(error, folder);
  }
}

async function unpackInto(source: Source, folder: string, name: string, options: UnpackOptions): Promise<Unpacked> {
  const { extract } = await import('tar-stream');
  const { signal, onProgress, trustLinks = false, owners = process.getuid?.() === 0 } = options;
  const keys = await readIdentities(options.identities ?? []);
  const tar = extract();
  let cause: unknown;
  const feeding = feed(tar, unzstded(decryptedIfNeeded(pull(source, signal), keys, name)), name).catch(
    (error: Error) => {
      cause ??= error;
      tar.destroy(error);
    },
  );
  const placer = new Placer(folder, owners);
  let entries = 0;
  let bytes = 0;
  try {
    for await (const entry of tar) {
      const { header } = entry;
      await placer.place(judge(header, trustLinks), entry as AsyncIterable<Uint8Array>);
      entries += 1;
      bytes += header.type === 'file' ? header.size : 0;
      onProgress?.(entries, bytes);
    }
    await feeding;
    if (cause) throw cause;
    await placer.finish();
  } catch (error) {
    tar.destroy();
    await feeding;
    const { code, message } = error as NodeJS.ErrnoException;
    // tar-stream has no codes.
    throw error === cause || code !== undefined || error instanceof ProblemError
      ? error
      : damaged(name, message, error);
  } finally {
    await placer.settle();
  }
  return { entries, bytes };
}

/** Bytes of zeros that end a tar archive: tar-stream does not miss them. */
const END = 1024;

async function feed(tar: Extract, chunks: AsyncIterable<Uint8Array>, name: string): Promise<void> {
  let tail = Buffer.alloc(0);
  for await (const chunk of chunks) {
    tail = Buffer.concat([tail, chunk.subarray(-END)]).subarray(-END);
    if (tar.destroyed) return;
    if (!tar.write(chunk)) await drained(tar);
  }
  if (tail.length < END || tail.some((byte) => byte !== 0)) throw damaged(name, 'the archive is cut off');
  tar.end(null);
}

/** Whether the folder is there already. */
async function requireEmpty(folder: string): Promise<boolean> {
  const info = await lstat(folder).catch(() => undefined);
  if (!info) return false;
  if (info.isDirectory() && (await readdir(folder)).length === 0) return true;
  throw new ProblemError({
    code: 'FILESTORE_TARGET_NOT_EMPTY',
    title: 'a document store is unpacked into an empty folder only',
    place: { file: folder },
    next: `ls -la ${shellPath(folder)}`,
  });
}

async function clear(folder: string, existed: boolean): Promise<void> {
  if (!existed) return rm(folder, { recursive: true, force: true });
  for (const name of await readdir(folder).catch(() => [] as string[]))
    await rm(join(folder, name), { recursive: true, force: true });
}
