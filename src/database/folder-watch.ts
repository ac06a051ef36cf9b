import { setInterval } from 'node:timers/promises';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { folderBytes, noRoomLeft } from './archive/index.ts';
import { STALL } from './dump-source.ts';

export interface FolderWatch {
  /** The folder that a program fills. */
  readonly folder: string;
  /** How the user knows it. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Milliseconds between two looks. */
const PAUSE = 500;

/**
 * Has a program fill a folder, and looks from outside how far it is: its data does not come through us. A program whose folder
 * does not grow for a long time is ended.
 * @param work fills the folder until its signal says that it shall stop
 * @throws ProblemError DB_PROGRAM_STALLED, DISK_FULL (1); what `work` throws
 */
export async function whileWatched(
  { folder, path, signal, onProgress }: FolderWatch,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const stalled = new AbortController();
  const watching = watch(folder, { over: over.signal, onProgress, stalled: () => stalled.abort() });
  try {
    await work(AbortSignal.any([signal, stalled.signal]));
  } catch (error) {
    if (signal.aborted) throw error;
    if (stalled.signal.aborted) throw new ProblemError(noGrowth, { exitCode: ExitCode.failed, cause: error });
    throw (await noRoomLeft(path, error)) ?? error;
  } finally {
    over.abort();
    await watching;
  }
}

async function watch(
  folder: string,
  { over, onProgress, stalled }: { over: AbortSignal; onProgress: (bytes: number) => void; stalled: () => void },
): Promise<void> {
  let bytes = 0;
  let since = performance.now();
  try {
    for await (const _ of setInterval(PAUSE, undefined, { signal: over })) {
      const now = await folderBytes(folder);
      if (now !== bytes) since = performance.now();
      bytes = now;
      onProgress(bytes);
      if (performance.now() - since >= STALL) stalled();
    }
  } catch (error) {
    if (!over.aborted) throw error;
  }
}

const noGrowth = {
  code: 'DB_PROGRAM_STALLED',
  title: 'pg_dump was ended: nothing was written for too long',
  next: 'coog status',
};
