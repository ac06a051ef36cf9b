import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileToWrite, removeStaleTemporaries, writeFilesAtomically } from '../shared/atomic-write.ts';
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
    await removeStaleTemporaries(folder);
    for (const { file, state } of comparisons)
      if (file.kind === 'folder' && state === 'missing')
        await mkdir(join(folder, file.path), { recursive: true, mode: file.mode });
    const toWrite = comparisons.filter(
      (c) => c.file.kind !== 'folder' && ['missing', 'outdated', 'edited', 'foreign'].includes(c.state),
    );
    const keptAside = await keepAside(folder, toWrite, now);
    const absolute = ({ file }: Comparison): FileToWrite => ({
      path: join(folder, file.path),
      content: file.content,
      mode: file.mode,
    });
    await writeFilesAtomically(toWrite.map(absolute));
    const exposed = comparisons.filter((c) => c.exposed && c.state === 'same');
    for (const { file } of exposed) await chmod(join(folder, file.path), file.mode);
    return { written: toWrite.map((c) => c.file.path), keptAside, protected: exposed.map((c) => c.file.path) };
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

async function keepAside(folder: string, files: readonly Comparison[], now: Date): Promise<Applied['keptAside']> {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  const kept: { path: string; as: string; content: string }[] = files
    .filter((c) => c.state === 'edited' || c.state === 'foreign')
    .map(({ file, state, current }) => ({
      path: file.path,
      as: `${file.path}.${state === 'edited' ? 'edited' : 'before-coog'}-${stamp}`,
      content: current ?? '',
    }));
  // A copy, not a rename: at no moment is the project without its file.
  await writeFilesAtomically(kept.map(({ as, content }) => ({ path: join(folder, as), content, mode: 0o600 })));
  return kept.map(({ path, as }) => ({ path, as }));
}

function cannotWrite(folder: string, error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR'].includes(code))
    return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new ProblemError(
    {
      code: full ? 'DISK_FULL' : 'FILE_NOT_WRITABLE',
      title: full
        ? 'no room is left to write the project’s files; none was changed'
        : `the project's files cannot be written (${code}); none was changed`,
      place: { file: path?.replace(/\.\d+\.coog-tmp$/, '') ?? folder },
      next: full ? `df -h ${folder}` : `sudo chown -R "$(id -un)" ${folder}`,
    },
    { exitCode: ExitCode.failed, cause: error },
  );
}
