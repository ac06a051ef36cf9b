import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Digests } from './digests.ts';
import { writeFailure } from './disk.ts';
import { partialPath } from './partial.ts';
import type { Source } from './pull.ts';
import { type PumpOptions, pump, writeAll } from './pump.ts';
import { cannotCreate } from './target.ts';

/** The file of a target that does not have its name yet. */
export interface Unfinished {
  readonly path: string;
  fill(source: Source, options: PumpOptions): Promise<Digests>;
  /** Flushes to the disk. */
  close(): Promise<void>;
  /** Does nothing once the file has its final name. */
  remove(): Promise<void>;
}

/** @throws ProblemError BACKUP_FOLDER_MISSING, BACKUP_FOLDER_NOT_WRITABLE, DISK_FULL, BACKUP_WRITE_FAILED */
export async function createUnfinished(target: string, mode: number): Promise<Unfinished> {
  const path = await partialPath(target);
  const handle = await openNew(path, mode, target);
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await handle.close();
    closed = true;
  };
  return {
    path,
    fill: async (source, options) => {
      const sink = (batch: readonly Uint8Array[], position: number): Promise<void> =>
        writeAll(handle, batch, position).catch(async (error: unknown) => {
          throw await writeFailure(error, target, position);
        });
      return pump(source, sink, options);
    },
    close: async () => {
      if (!closed) await handle.sync();
      await close();
    },
    remove: async () => {
      await close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function openNew(path: string, mode: number, target: string): Promise<FileHandle> {
  const handle = await open(path, 'wx', mode).catch((error: unknown) => {
    throw cannotCreate(target, error);
  });
  try {
    await handle.chmod(mode);
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw await writeFailure(error, target);
  }
  return handle;
}
