import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { ExitCode, ProblemError } from '../../../shared/problem.ts';
import { shellPath } from '../names.ts';
import { onDisk } from './names.ts';

/** Bytes up to which a file is read ahead as a whole. */
export const SMALL = 1024 * 1024;

export interface Found {
  /** Below the folder, one character a byte; empty for the folder itself. */
  readonly path: string;
  readonly info: Stats;
  /** Of a symbolic link. */
  readonly target?: string;
  /** Of a small file: as many bytes as were read. */
  readonly content?: Buffer;
}

/**
 * Everything below a folder and the folder itself, a folder before what is in it, names in the order of their bytes. What
 * vanishes meanwhile is left out: nothing that the dump of the database refers to is ever removed.
 * @throws ProblemError FILESTORE_UNREADABLE
 */
export async function* walk(folder: string): AsyncGenerator<() => Promise<Found | undefined>> {
  const root = Buffer.from(folder).toString('latin1');
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const found = await look(root, path);
    if (!found) continue;
    yield async () => found;
    const inside = found.info.isDirectory() ? await list(root, path) : undefined;
    const folders: string[] = [];
    for (const { name, isFolder } of inside ?? []) {
      const below = path === '' ? name : `${path}/${name}`;
      if (isFolder) folders.push(below);
      else yield () => look(root, below);
    }
    waiting.push(...folders.reverse());
  }
}

async function list(root: string, path: string): Promise<{ name: string; isFolder: boolean }[]> {
  try {
    const entries = await readdir(onDisk(`${root}/${path}`), { withFileTypes: true, encoding: 'latin1' });
    const named = entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    return named.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return vanished(error) ? [] : unreadable(root, path, error);
  }
}

async function look(root: string, path: string): Promise<Found | undefined> {
  const full = onDisk(path === '' ? root : `${root}/${path}`);
  try {
    const info = await lstat(full);
    if (info.isSymbolicLink()) return { path, info, target: await readlink(full, 'latin1') };
    if (!info.isFile() || info.size > SMALL) return { path, info };
    const handle = await open(full, 'r');
    try {
      return { path, info, content: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    // The folder itself must be there.
    return vanished(error) && path !== '' ? undefined : unreadable(root, path, error);
  }
}

export const vanished = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export function unreadable(root: string, path: string, error: unknown): never {
  const file = onDisk(path === '' ? root : `${root}/${path}`).toString();
  const { code = (error as Error).message } = error as NodeJS.ErrnoException;
  throw new ProblemError(
    {
      code: 'FILESTORE_UNREADABLE',
      title: `a part of the document store cannot be read (${code}); a backup without it would not be complete`,
      place: { file },
      next: `ls -ld ${shellPath(file)}`,
    },
    { exitCode: ExitCode.failed, cause: error },
  );
}
