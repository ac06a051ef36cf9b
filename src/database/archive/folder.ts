import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, readFailure } from './damage.ts';

/** A file of a backup that is a folder. */
export interface FolderFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** The table of contents, without which pg_restore takes no folder. */
export const TABLE_OF_CONTENTS = 'toc.dat';

/** Whether pg_dump has made this folder. */
export const isDumpFolder = (path: string): Promise<boolean> =>
  stat(join(path, TABLE_OF_CONTENTS)).then(
    (info) => info.isFile(),
    () => false,
  );

/**
 * The files of a backup that is a folder, in the order in which they are hashed: `LC_ALL=C cat FOLDER/* | sha256sum`.
 * @throws ProblemError BACKUP_DAMAGED where something else than a file lies in it; BACKUP_UNREADABLE
 */
export async function folderFiles(path: string): Promise<FolderFile[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const odd = entries.find((entry) => !entry.isFile());
    if (odd) throw damaged(path, `there is something in it that is no file: ${odd.name}`);
    const files = entries.map(async ({ name }) => ({ name, size: (await stat(join(path, name))).size }));
    return (await Promise.all(files)).sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** Bytes in a folder that others are filling. */
export const folderBytes = async (path: string): Promise<number> => totalSize(await folderFiles(path).catch(() => []));

export const totalSize = (files: readonly FolderFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/**
 * Compares which files there are with those that were written.
 * @returns their paths, in the order in which they are hashed
 * @throws ProblemError BACKUP_DAMAGED naming the first one that is missing, too long or short, or too many
 */
export async function requireFiles(path: string, expected: readonly FolderFile[]): Promise<string[]> {
  const info = await stat(path).catch((error: unknown) => {
    throw readFailure(path, error);
  });
  if (!info.isDirectory()) throw damaged(path, 'it was written as a folder, and is none');
  const found = new Map((await folderFiles(path)).map(({ name, size }) => [name, size]));
  for (const { name, size } of expected) {
    const now = found.get(name);
    if (now === undefined) throw damaged(path, `the file ${name} is missing`);
    if (now !== size) throw damaged(path, `the file ${name} has ${now} bytes and was written with ${size}`);
    found.delete(name);
  }
  const [more] = found.keys();
  if (more !== undefined) throw damaged(path, `the file ${more} was added`);
  return expected.map(({ name }) => join(path, name));
}
