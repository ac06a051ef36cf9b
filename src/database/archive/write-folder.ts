import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chunksOf } from './chunks.ts';
import { type Committed, commit } from './commit.ts';
import { StreamHasher } from './digests.ts';
import { requireFreeBytes, writeFailure } from './disk.ts';
import { type FolderFile, folderFiles } from './folder.ts';
import type { BackupFacts, Verification } from './manifest.ts';
import { partialPath, removeStalePartials } from './partial.ts';
import { flushFolder, publishFolder } from './publish.ts';
import type { PumpOptions } from './pump.ts';
import { cannotCreate, checkTarget } from './target.ts';
import type { Expected } from './verify.ts';

/** A folder that does not have its name yet. Call `abort` in a `finally`: behind `commit` it does nothing. */
export interface FolderWriter {
  /** The final path. */
  readonly path: string;
  /** The folder that is filled by others. */
  readonly unfinished: string;
  /**
   * Flushes all files to the disk and hashes what is in them; once only. Whether it is complete only who filled it knows.
   * @throws ProblemError BACKUP_WRITE_FAILED, DISK_FULL; the reason of the signal
   */
  seal(options?: PumpOptions): Promise<Expected>;
  /** Gives the folder its name and writes the manifest beside it. @throws ProblemError BACKUP_EXISTS */
  commit(facts: BackupFacts, verified?: Verification): Promise<Committed>;
  /** Leaves nothing. Harmless at any time, and twice. */
  abort(): Promise<void>;
}

/**
 * Makes an unfinished folder beside its target, for its owner alone; removes those of dead runs.
 * @param expectedBytes must be free before anything is written
 * @throws ProblemError with exit code 2 where the target is refused, see `checkTarget`; DISK_FULL
 */
export async function createFolderArchive(path: string, expectedBytes = 0): Promise<FolderWriter> {
  await checkTarget(path);
  await removeStalePartials(dirname(path));
  await requireFreeBytes(dirname(path), expectedBytes);
  const unfinished = await partialPath(path);
  await mkdir(unfinished, { mode: 0o700 }).catch(async (error: unknown) => {
    throw await writeFailure(cannotCreate(path, error), path);
  });
  await chmod(unfinished, 0o700);
  const remove = (): Promise<void> => rm(unfinished, { recursive: true, force: true });
  let digests: Expected | undefined;
  return {
    path,
    unfinished,
    seal: async (options = {}) => {
      const files = await folderFiles(unfinished);
      for (const { name } of files) await flush(join(unfinished, name), path);
      await flushFolder(unfinished);
      digests = { ...(await hashed(unfinished, files, options)), files };
      return digests;
    },
    commit: async (facts, verified) => {
      if (!digests) throw new Error('a folder is sealed before it is committed');
      const committable = { close: async () => undefined, publish: () => publishFolder(unfinished, path), remove };
      return commit(committable, path, { ...facts, ...digests, encrypted: false, ...(verified && { verified }) });
    },
    abort: remove,
  };
}

/** Errors of writes that others made show when the file is flushed. */
async function flush(file: string, path: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } catch (error) {
    throw await writeFailure(error, path);
  } finally {
    await handle.close();
  }
}

async function hashed(folder: string, files: readonly FolderFile[], { signal, onProgress }: PumpOptions) {
  const hasher = new StreamHasher();
  let read = 0;
  for await (const chunk of chunksOf(files.map(({ name }) => join(folder, name)))) {
    signal?.throwIfAborted();
    hasher.update(chunk);
    read += chunk.length;
    onProgress?.(read);
  }
  return hasher.finish();
}
