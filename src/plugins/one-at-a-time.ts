import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { isAlive } from '../shared/stale-temporaries.ts';

/**
 * Does some work while nobody else changes the plugins of this user. What a killed coog left is taken over.
 * @throws ProblemError PLUGIN_BUSY that names who works
 */
export async function oneAtATime<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const path = join(dataFolder, 'plugins.lock');
  await mkdir(dataFolder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw notWritable(dataFolder, error);
  });
  await take(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<void> {
  const mine = `${path}.${process.pid}`;
  try {
    await writeFile(mine, String(process.pid));
    for (let attempt = 1; ; attempt++) {
      // A link exists with its content or not at all.
      const taken = await link(mine, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (taken) return;
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (attempt > 2 || isAlive(Number(holder))) throw busy(path, holder);
      await rm(path, { force: true });
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : notWritable(path, error as NodeJS.ErrnoException);
  } finally {
    await rm(mine, { force: true });
  }
}

const busy = (path: string, holder: string): ProblemError =>
  new ProblemError({
    code: 'PLUGIN_BUSY',
    title: `another coog changes your plugins (process ${holder})`,
    place: { file: path },
    next: 'wait until it is over, then try again; when that process is no coog, remove the file',
  });

const notWritable = (path: string, error: NodeJS.ErrnoException): ProblemError =>
  new ProblemError(
    {
      code: error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_NOT_WRITABLE',
      title: `your plugins cannot be changed (${error.code}); none was`,
      place: { file: path },
      next: `ls -ld ${path}`,
    },
    { exitCode: ExitCode.refused, cause: error },
  );
