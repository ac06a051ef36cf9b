import { chown, lstat, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { keepForUndo, type Undo } from './undo-rename.ts';

export interface FileToWrite {
  /** Absolute. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

export { removeStaleTemporaries } from './stale-temporaries.ts';

/**
 * Writes several files as one step: every content lies on the disk, flushed, before the first rename. Whatever fails
 * leaves all files as they were; a kill between two renames leaves each file whole.
 * A link is followed, the owner of a replaced file is kept where the rights allow it.
 */
export async function writeFilesAtomically(files: readonly FileToWrite[]): Promise<void> {
  const staged: { temporary: string; target: string }[] = [];
  const undos: Undo[] = [];
  try {
    for (const file of files) staged.push(await stage(file));
    for (const { temporary, target } of staged) {
      // One file alone needs no way back: its rename happens or not.
      if (staged.length > 1) undos.push(await keepForUndo(target));
      await rename(temporary, target);
    }
  } catch (error) {
    for (const undo of undos.reverse()) await undo.back().catch(() => undefined);
    throw error;
  } finally {
    for (const undo of undos) await undo.forget();
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
  }
  for (const folder of new Set(staged.map(({ target }) => dirname(target)))) await syncFolder(folder);
}

async function stage({ path, content, mode }: FileToWrite): Promise<{ temporary: string; target: string }> {
  await mkdir(dirname(path), { recursive: true });
  const target = await followLinks(path);
  await mkdir(dirname(target), { recursive: true });
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory()) throw inTheWay(target);
  const temporary = join(dirname(target), `${basename(target)}.${process.pid}.coog-tmp`);
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (before && process.getuid?.() === 0) await chown(temporary, before.uid, before.gid);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return { temporary, target };
}

/** The file that a path stands for, also where the end of a link does not exist yet. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const info = await lstat(path).catch(() => undefined);
    return info?.isSymbolicLink() ? followLinks(resolve(dirname(path), await readlink(path))) : path;
  }
}

const inTheWay = (path: string): Error =>
  Object.assign(new Error(`EISDIR: a folder has the name of a file, '${path}'`), { code: 'EISDIR', path });

/** Best effort: what was renamed is there, and not every file system can flush a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
