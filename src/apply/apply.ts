import { chmod, lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeStaleTemporaries, writeFilesAtomically } from '../shared/atomic-write.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { Comparison } from './compare.ts';

export interface Applied {
  readonly written: readonly string[];
  readonly keptAside: readonly { readonly path: string; readonly as: string }[];
  /** Files of which only the rights were changed. */
  readonly protected: readonly string[];
}

/**
 * Brings the disk to the plan. A generated file that somebody edited, or that was there before coog, is renamed and stays.
 * @param now for the names of what is kept aside
 */
export async function applyFiles(folder: string, comparisons: readonly Comparison[], now: Date): Promise<Applied> {
  try {
    const folders = new Set(comparisons.map(({ file }) => dirname(join(folder, file.path))));
    for (const path of new Set([folder, ...folders])) await removeStaleTemporaries(path);
    for (const { file, state } of comparisons)
      if (file.kind === 'folder' && state === 'missing')
        await mkdir(join(folder, file.path), { recursive: true, mode: file.mode });
    const toWrite = comparisons.filter(
      (c) => c.file.kind !== 'folder' && ['missing', 'outdated', 'edited', 'foreign'].includes(c.state),
    );
    const kept = await filesToKeep(folder, toWrite, now);
    const planned = toWrite.map(({ file }) => ({ ...file, path: join(folder, file.path) }));
    // Copies, not renames: at no moment is the project without its file.
    const copies = kept.map(({ as, content }) => ({ path: join(folder, as), content, mode: 0o600 }));
    await writeFilesAtomically([...copies, ...planned]);
    const exposed = comparisons.filter((c) => c.exposed && c.state === 'same');
    for (const { file } of exposed) await chmod(join(folder, file.path), file.mode);
    return {
      written: toWrite.map((c) => c.file.path),
      keptAside: kept.map(({ path, as }) => ({ path, as })),
      protected: exposed.map((c) => c.file.path),
    };
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/** Every file that coog did not write as it is, byte for byte, with the name that its copy gets. */
function filesToKeep(
  folder: string,
  files: readonly Comparison[],
  now: Date,
): Promise<{ path: string; as: string; content: Buffer }[]> {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  return Promise.all(
    files
      .filter((c) => c.state === 'edited' || c.state === 'foreign')
      .map(async ({ file: { path }, state }) => ({
        path,
        as: await freeName(folder, `${path}.${state === 'edited' ? 'edited' : 'before-coog'}-${stamp}`),
        content: await readFile(join(folder, path)),
      })),
  );
}

async function freeName(folder: string, path: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? path : `${path}-${n}`;
    if (!(await lstat(join(folder, name)).catch(() => undefined))) return name;
  }
}

const toldCodes = [
  ...['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'EBUSY'],
  ...['ENAMETOOLONG', 'EIO'],
];

function cannotWrite(folder: string, error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !toldCodes.includes(code)) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new ProblemError(
    {
      code: full ? 'DISK_FULL' : 'FILE_NOT_WRITABLE',
      title: full
        ? 'no room is left to write the project’s files; none was changed'
        : `the project's files cannot be written (${code}); none was changed`,
      place: { file: path?.replace(/(\.before)?\.\d+\.coog-tmp$/, '') ?? folder },
      next: nextFor(code, folder),
    },
    { exitCode: ExitCode.failed, cause: error },
  );
}

function nextFor(code: string, folder: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `df -h ${folder}`;
  return code === 'EACCES' || code === 'EPERM' ? `sudo chown -R "$(id -un)" ${folder}` : `ls -la ${folder}`;
}
