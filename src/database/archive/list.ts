import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, ProblemError } from '../../shared/problem.ts';
import { unreadable } from './damage.ts';
import { folderFiles, isDumpFolder, totalSize } from './folder.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { filestorePath, manifestPath } from './names.ts';
import { isPartial } from './partial.ts';
import { type Content, recognise } from './recognise.ts';

/** A backup in a folder of backups: a file, or a folder of pg_dump. */
export interface Backup {
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When it was made, by its manifest, else when the file was last changed. */
  readonly created: Date;
  readonly manifest?: Manifest;
  /** What it holds, for a file without a manifest. */
  readonly content?: Content;
  /** Why the manifest or the file cannot be used. */
  readonly problem?: Problem;
}

/**
 * The backups in a folder, the newest first. A file without a manifest is listed when it holds a dump; other files, unfinished
 * ones and what belongs to a backup are not.
 * @param folder absolute; one that does not exist holds none
 * @throws ProblemError BACKUP_UNREADABLE
 */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw unreadable(folder, error.code ?? '', error);
  });
  const companions = new Set(names.flatMap((name) => [manifestPath(name), filestorePath(name)]));
  const backups: Backup[] = [];
  for (const name of names) {
    if (companions.has(name) || isPartial(name) || name.startsWith('.')) continue;
    const backup = await look(folder, name);
    if (backup) backups.push(backup);
  }
  return backups.sort((a, b) => b.created.getTime() - a.created.getTime() || (a.name < b.name ? -1 : 1));
}

async function look(folder: string, name: string): Promise<Backup | undefined> {
  const path = join(folder, name);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile() && !(info?.isDirectory() && (await isBackupFolder(path)))) return undefined;
  const size = info.isFile() ? info.size : totalSize(await folderFiles(path).catch(() => []));
  const file = { path, name, size, created: info.mtime };
  try {
    const manifest = await readManifest(path);
    if (manifest) return { ...file, created: new Date(manifest.created), manifest };
  } catch (error) {
    return { ...file, ...problemOf(error) };
  }
  try {
    return { ...file, content: await recognise(path) };
  } catch (error) {
    const { problem } = problemOf(error);
    return problem?.code === 'BACKUP_NOT_RECOGNISED' || problem?.code === 'BACKUP_MISSING'
      ? undefined
      : { ...file, ...(problem && { problem }) };
  }
}

/** Also one that has lost its table of contents: it has a manifest still. */
const isBackupFolder = async (path: string): Promise<boolean> =>
  (await isDumpFolder(path)) || (await stat(manifestPath(path)).catch(() => undefined)) !== undefined;

function problemOf(error: unknown): { problem?: Problem } {
  if (!(error instanceof ProblemError)) throw error;
  const [problem] = error.problems;
  return problem ? { problem } : {};
}
