import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { formatBytes } from '../../shared/units.ts';
import { shellPath } from './names.ts';

/** Bytes that can still be written into a folder; undefined where the file system does not tell. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  const info = await statfs(folder).catch(() => undefined);
  return info && info.bavail * info.bsize;
}

/** @throws ProblemError DISK_FULL (nothing was changed) when a folder has less than `bytes` free */
export async function requireFreeBytes(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === undefined || free >= bytes) return;
  throw new ProblemError({
    code: 'DISK_FULL',
    title: `${formatBytes(bytes)} are needed in ${folder}, ${formatBytes(free)} are free`,
    place: { file: folder },
    next: `df -h ${shellPath(folder)}`,
  });
}

/** Bytes; who is stopped by less has met a full disk. */
const NO_ROOM = 1024 * 1024;

/** What a program's failure means where its target has no room left; undefined where it has. */
export async function noRoomLeft(path: string, error: unknown): Promise<unknown> {
  const free = await freeBytes(dirname(path));
  const said =
    error instanceof ProblemError && error.problems.some(({ detail }) => /no space left/i.test(detail ?? ''));
  if (!said && (free === undefined || free >= NO_ROOM)) return undefined;
  return writeFailure(Object.assign(new Error('ENOSPC', { cause: error }), { code: 'ENOSPC', syscall: 'write' }), path);
}

/** What a failed write means to a person; errors that no disk reports come back as they are. */
export async function writeFailure(error: unknown, path: string, written?: number): Promise<unknown> {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || error instanceof ProblemError) return error;
  const folder = dirname(path);
  const free = await freeBytes(folder);
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
  const facts = [
    ...(written === undefined ? [] : [`${formatBytes(written)} were written`]),
    ...(free === undefined ? [] : [`${formatBytes(free)} are free in ${folder}`]),
    'the unfinished file is removed',
  ];
  return new ProblemError(
    {
      code: full ? 'DISK_FULL' : 'BACKUP_WRITE_FAILED',
      title: full ? `no room is left to write ${path}` : `${path} cannot be written (${code})`,
      detail: facts.join('; '),
      place: { file: path },
      next: full ? `df -h ${shellPath(folder)}` : `ls -la ${shellPath(folder)}`,
    },
    { exitCode: ExitCode.failed, cause: error },
  );
}

/** What was written cannot be read as what it was. */
export const readBackFailure = (path: string, error: ProblemError): ProblemError =>
  new ProblemError(
    {
      code: 'BACKUP_WRITE_FAILED',
      title: 'what was written is not what can be read back; the unfinished file is removed',
      detail: error.message,
      place: { file: path },
      next: 'Look for faults of the disk: dmesg',
    },
    { exitCode: ExitCode.failed, cause: error },
  );
