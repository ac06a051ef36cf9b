import { chown, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface FileToWrite {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

const temporarySuffix = /\.(\d+)\.coog-tmp$/;

/**
 * Writes several files as one step: every content lies on the disk, flushed, before the first rename. Whatever fails before
 * that leaves all files as they were; a kill between two renames leaves each file whole.
 * A link is followed, the owner of a replaced file is kept where the rights allow it.
 */
export async function writeFilesAtomically(files: readonly FileToWrite[]): Promise<void> {
  const staged: { temporary: string; target: string }[] = [];
  try {
    for (const file of files) staged.push(await stage(file));
    for (const { temporary, target } of staged) await rename(temporary, target);
  } catch (error) {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
    throw error;
  }
  for (const folder of new Set(staged.map(({ target }) => dirname(target)))) await syncFolder(folder);
}

async function stage({ path, content, mode }: FileToWrite): Promise<{ temporary: string; target: string }> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => undefined);
  const temporary = join(dirname(target), `${basename(target)}.${process.pid}.coog-tmp`);
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
    if (before && process.getuid?.() === 0) await chown(temporary, before.uid, before.gid);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return { temporary, target };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/** Removes what a killed coog left half written in a folder. */
export async function removeStaleTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const stale = names.filter((name) => {
    const pid = temporarySuffix.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
