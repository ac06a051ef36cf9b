import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFailure } from './disk.ts';
import type { Manifest } from './manifest.ts';
import { manifestPath } from './names.ts';
import { removeAsOne } from './partial.ts';
import { flushFolder } from './publish.ts';
import { createUnfinished, type Unfinished } from './unfinished.ts';

export interface Committed {
  readonly path: string;
  readonly manifest?: Manifest;
  /** Takes backup and manifest away again, when what belongs to them failed. */
  undo(): Promise<void>;
}

/** What has not got its name yet. */
export interface Committable {
  /** Flushes it to the disk. */
  close(): Promise<void>;
  /** Gives it the final name. @throws ProblemError BACKUP_EXISTS */
  publish(): Promise<void>;
  /** Does nothing once it has its final name. */
  remove(): Promise<void>;
}

/**
 * Gives a backup its name, and writes its manifest beside it. A kill in the middle leaves nothing with the final name, or all of
 * it; in the moment between the two names, a backup without its manifest.
 * @throws ProblemError BACKUP_EXISTS, DISK_FULL, BACKUP_WRITE_FAILED; nothing is left then
 */
export async function commit(
  unfinished: Committable,
  path: string,
  manifest: Manifest | undefined,
): Promise<Committed> {
  let beside: Unfinished | undefined;
  const undo = async (): Promise<void> => {
    await removeAsOne(path);
    if (manifest) await rm(manifestPath(path), { force: true });
    await flushFolder(dirname(path));
  };
  try {
    await unfinished.close();
    if (manifest) {
      beside = await createUnfinished(manifestPath(path), 0o600);
      await beside.fill(textOf(manifest), {});
      await beside.close();
    }
    await unfinished.publish();
    // Only who won the name comes here, so a manifest that lies there belongs to no file.
    if (beside)
      await rename(beside.path, manifestPath(path)).catch(async (error) => {
        await undo();
        throw error;
      });
    await flushFolder(dirname(path));
    return { path, ...(manifest && { manifest }), undo };
  } catch (error) {
    throw await writeFailure(error, path);
  } finally {
    await unfinished.remove();
    await beside?.remove();
  }
}

async function* textOf(manifest: Manifest): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
}
