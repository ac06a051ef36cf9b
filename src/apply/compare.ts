import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digest, envFileState, type Lock, lockFile, type PlannedFile, readLock } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';

/** How a planned file stands to what is on the disk. */
export interface Comparison {
  readonly file: PlannedFile;
  /**
   * `edited`: somebody changed a generated file by hand; `foreign`: it was there before coog; `kept`: it is the user's now
   * and stays.
   */
  readonly state: 'missing' | 'same' | 'outdated' | 'edited' | 'foreign' | 'kept';
  readonly current?: string;
  /** The rights are wider than they may be. */
  readonly exposed: boolean;
}

/** Compares; reads only. */
export async function compareFiles(folder: string, files: readonly PlannedFile[]): Promise<Comparison[]> {
  const lock = await readLock(folder);
  return Promise.all(files.map((file) => compareOne(folder, file, lock)));
}

async function compareOne(folder: string, file: PlannedFile, lock: Lock | undefined): Promise<Comparison> {
  const path = join(folder, file.path);
  const info = await stat(path).catch(() => undefined);
  if (!info) return { file, state: 'missing', exposed: false };
  if (info.isDirectory() !== (file.kind === 'folder')) throw inTheWay(path, info.isDirectory());
  if (file.kind === 'folder' || file.kind === 'initial') return { file, state: 'kept', exposed: false };
  const current = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  const exposed = file.kind === 'generated' && (info.mode & 0o077 & ~file.mode) !== 0;
  if (current === file.content) return { file, state: 'same', current, exposed };
  return { file, state: stateOf(file, current, lock), current, exposed };
}

/** Docker makes a folder where a file that a container mounts is missing. */
const inTheWay = (path: string, isFolder: boolean): ProblemError =>
  new ProblemError({
    code: 'FILE_IN_THE_WAY',
    title: isFolder ? 'a folder lies where coog writes a file' : 'a file lies where coog needs a folder',
    place: { file: path },
    next: isFolder ? `rmdir ${path}` : `mv ${path} ${path}.old`,
  });

const unreadable = (path: string, error: NodeJS.ErrnoException): ProblemError =>
  new ProblemError(
    {
      code: 'FILE_UNREADABLE',
      title: `a generated file cannot be read (${error.code})`,
      place: { file: path },
      next: error.code === 'EACCES' ? `sudo chown "$(id -un)" ${path}` : `ls -l ${path}`,
    },
    { cause: error },
  );

function stateOf(file: PlannedFile, current: string, lock: Lock | undefined): Comparison['state'] {
  if (file.path === lockFile) return 'outdated';
  if (file.path === '.env') {
    const state = envFileState(current);
    return state === 'untouched' ? 'outdated' : state;
  }
  const rendered = lock?.files[file.path];
  if (rendered === digest(current)) return 'outdated';
  if (file.kind === 'managed') return 'kept';
  return rendered === undefined ? 'foreign' : 'edited';
}

/** Whether configuring would change anything. */
export const isDrift = ({ file, state, exposed }: Comparison): boolean =>
  exposed ||
  state === 'outdated' ||
  state === 'edited' ||
  state === 'foreign' ||
  (state === 'missing' && file.kind !== 'folder');
