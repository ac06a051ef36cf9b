import type { Stats } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { ProblemError } from '../../shared/problem.ts';
import { unreadable } from './damage.ts';
import { shellPath } from './names.ts';

/**
 * What a person named as a backup, checked to be a file that can be read. A symbolic link is followed.
 * @throws ProblemError BACKUP_MISSING, BACKUP_UNREADABLE, BACKUP_EMPTY, BACKUP_NOT_RECOGNISED (a folder, a device)
 */
export async function checkInput(path: string): Promise<Stats> {
  const info = await checkFile(path);
  if (info.size === 0) throw empty(path);
  return info;
}

/** As `checkInput`; the file may be empty. */
export async function checkFile(path: string): Promise<Stats> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? missing(path)
      : unreadable(path, error.code ?? '', error);
  });
  if (info.isDirectory()) throw noDumpFolder(path);
  if (!info.isFile()) throw notRecognised(path, 'no file but a device, a pipe or a socket');
  await (await openInput(path)).close();
  return info;
}

/** Read-only; does not hang where the file was replaced by a pipe meanwhile. */
export const openInput = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? missing(path) : unreadable(path, error.code ?? '', error);
  });

export const empty = (path: string, what = 'the file is empty'): ProblemError =>
  new ProblemError({
    code: 'BACKUP_EMPTY',
    title: `there is no backup in it: ${what}`,
    place: { file: path },
    next: list,
  });

export const notRecognised = (path: string, what: string, next = list): ProblemError =>
  new ProblemError({
    code: 'BACKUP_NOT_RECOGNISED',
    title: `this is ${what}`,
    detail:
      'db:load takes what pg_dump writes (-Fc, -Fd, -Ft, plain SQL), mongo:load what mongodump --archive writes; both also compressed with gzip, zstd or zip, or encrypted with age.',
    place: { file: path },
    next: next.replaceAll('FILE', shellPath(path)),
  });

const list = 'coog db:list';

const missing = (path: string): ProblemError =>
  new ProblemError({ code: 'BACKUP_MISSING', title: 'there is no such file', place: { file: path }, next: list });

function noDumpFolder(path: string): ProblemError {
  return notRecognised(
    path,
    'a folder that pg_dump -Fd did not make: there is no toc.dat in it',
    `ls -l ${shellPath(path)}`,
  );
}
