import { ProblemError } from '../../shared/problem.ts';
import { shellPath } from './names.ts';

/** A backup that is not as it was written. Nothing was changed, as it is read before anything is. */
export const damaged = (path: string, what: string, cause?: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'BACKUP_DAMAGED',
      title: `the backup is damaged: ${what}`,
      place: { file: path },
      next: 'Take another copy of this file, or an older backup: coog db:list',
    },
    { cause },
  );

/** What a failed reading means: the disk, or the data. */
export function readFailure(path: string, error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (/^(Z_|ZSTD_|ERR_ZLIB|ERR__ERROR)/.test(code)) return damaged(path, (error as Error).message, error);
  return syscall === undefined ? error : unreadable(path, code, error);
}

/** The file is there and cannot be read. */
export const unreadable = (path: string, code: string, cause?: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'BACKUP_UNREADABLE',
      title: `the backup cannot be read (${code})`,
      place: { file: path },
      next: `ls -l ${shellPath(path)}`,
    },
    { cause },
  );
