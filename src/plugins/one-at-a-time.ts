import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Taking, takeLock } from '../history/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';

/**
 * Does some work while nobody else changes the plugins of this user. What a killed coog left is taken over.
 * @throws ProblemError PLUGIN_BUSY that names who works, FILE_NOT_WRITABLE
 */
export async function oneAtATime<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const path = join(dataFolder, 'plugins.lock');
  const lock = await take(dataFolder, path);
  if (!lock.taken)
    throw new ProblemError({
      code: 'PLUGIN_BUSY',
      title: `another coog changes your plugins${lock.holder ? ` (${lock.holder.owner}, since ${lock.holder.since})` : ''}`,
      place: { file: path },
      next: 'wait until it is over, then try again',
    });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function take(dataFolder: string, path: string): Promise<Taking> {
  try {
    await mkdir(dataFolder, { recursive: true });
    return await takeLock(path, { command: 'plugins', what: '', user: '', now: new Date() });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ProblemError(
      {
        code: code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_NOT_WRITABLE',
        title: `your plugins cannot be changed (${code}); none was`,
        place: { file: dataFolder },
        next: `ls -ld ${dataFolder}`,
      },
      { exitCode: ExitCode.refused, cause: error },
    );
  }
}
