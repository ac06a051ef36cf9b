import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Plan } from '../plan/index.ts';
import { createArchive, partialPath } from './archive/index.ts';
import { makeBackupsFolder } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { timeId } from './replace.ts';

/**
 * Keeps what comes by standard input as a file: it cannot be read twice, and must be read once before anything is changed.
 * Its name is that of an unfinished file, also when it is whole: what a killed run leaves is removed by the next one.
 * @returns its path; who asked removes it
 */
export async function receive(plan: Plan, stdin: Readable, context: DatabaseContext): Promise<string> {
  const path = await partialPath(join(await makeBackupsFolder(plan), `.received-${timeId(context.now())}`));
  const archive = await createArchive({ path });
  try {
    context.progress.begin('receiving');
    await archive.write(stdin, { signal: context.signal, onProgress: (bytes) => context.progress.advance(bytes) });
    await archive.commit();
    return path;
  } finally {
    context.progress.end();
    await archive.abort();
  }
}
