import { link, open, rename, rm } from 'node:fs/promises';
import { alreadyThere } from './target.ts';

/** A file system without hard links answers with one of these. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV'];

/**
 * Gives a finished file its final name without ever replacing another: of two at once one wins. Node has no
 * renameat2(RENAME_NOREPLACE); link(2) fails where the name is taken.
 * @throws ProblemError BACKUP_EXISTS
 */
export async function publish(
  temporary: string,
  path: string,
  makeLink: (from: string, to: string) => Promise<void> = link,
): Promise<void> {
  try {
    await makeLink(temporary, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw alreadyThere(path);
    if (!withoutLinks.includes(code)) throw error;
    return reserveAndRename(temporary, path);
  }
  await rm(temporary, { force: true }).catch(() => undefined);
}

/**
 * Gives a finished folder its final name: rename(2) never replaces a file by a folder, nor a folder in which something lies.
 * @throws ProblemError BACKUP_EXISTS
 */
export async function publishFolder(temporary: string, path: string): Promise<void> {
  await rename(temporary, path).catch((error: NodeJS.ErrnoException) => {
    throw ['ENOTDIR', 'ENOTEMPTY', 'EEXIST'].includes(error.code ?? '') ? alreadyThere(path) : error;
  });
}

/** The name is taken by an empty file first: that happens for one only. */
async function reserveAndRename(temporary: string, path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(path) : error;
  }
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Best effort: what was renamed is there, and not every file system can flush a folder. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
