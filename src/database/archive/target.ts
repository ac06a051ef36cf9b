import { access, constants, lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ProblemError } from '../../shared/problem.ts';
import { manifestPath, NAME_LIMIT, shellPath } from './names.ts';

/**
 * Refuses a path where no new backup can be written. Nothing is changed.
 * @throws ProblemError BACKUP_EXISTS, BACKUP_TARGET_LINK, BACKUP_TARGET_FOLDER, BACKUP_FOLDER_MISSING,
 * BACKUP_FOLDER_NOT_WRITABLE, BACKUP_NAME_INVALID
 */
export async function checkTarget(path: string): Promise<void> {
  const name = basename(path);
  if (Buffer.byteLength(basename(manifestPath(path))) > NAME_LIMIT || name === '' || path.includes('\0'))
    throw refuse(path, 'BACKUP_NAME_INVALID', 'the name of the backup is too long, or no file name', {
      next: 'Choose a name of less than 240 bytes.',
    });
  await checkFolder(dirname(path));
  const info = await lstat(path).catch(() => undefined);
  if (info?.isSymbolicLink())
    throw refuse(path, 'BACKUP_TARGET_LINK', 'a symbolic link has the name of the backup; it is not followed', {
      next: `ls -l ${shellPath(path)}`,
    });
  if (info?.isDirectory() || path.endsWith('/')) throw isFolder(path);
  if (info) throw alreadyThere(path);
  const manifest = await lstat(manifestPath(path)).catch(() => undefined);
  if (manifest?.isDirectory()) throw isFolder(manifestPath(path));
}

/** Something has this name already; it is never overwritten. */
export const alreadyThere = (path: string): ProblemError =>
  refuse(path, 'BACKUP_EXISTS', 'the file is already there; a backup is never overwritten', {
    next: `choose another name, or: mv ${shellPath(path)} ${shellPath(`${path}.old`)}`,
  });

/** What a failed opening of a new file means. */
export function cannotCreate(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return folderMissing(dirname(path));
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return notWritable(dirname(path), code);
  return error;
}

async function checkFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EACCES' ? notWritable(folder, error.code) : folderMissing(folder);
  });
  if (!info.isDirectory()) throw folderMissing(folder);
  await access(folder, constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw notWritable(folder, error.code ?? '');
  });
}

const isFolder = (path: string): ProblemError =>
  refuse(path, 'BACKUP_TARGET_FOLDER', 'a folder has the name of the backup', {
    next: `name a file in it: ${shellPath(`${path.replace(/\/+$/, '')}/backup.dump`)}`,
  });

const folderMissing = (folder: string): ProblemError =>
  refuse(folder, 'BACKUP_FOLDER_MISSING', 'the folder that the backup is to be written to does not exist', {
    next: `mkdir -p ${shellPath(folder)}`,
  });

const notWritable = (folder: string, code: string): ProblemError =>
  refuse(folder, 'BACKUP_FOLDER_NOT_WRITABLE', `nothing can be written to the folder of the backup (${code})`, {
    next: code === 'EROFS' ? `findmnt -T ${shellPath(folder)}` : `sudo chown "$(id -un)" ${shellPath(folder)}`,
  });

const refuse = (file: string, code: string, title: string, { next }: { next: string }): ProblemError =>
  new ProblemError({ code, title, place: { file }, next });
