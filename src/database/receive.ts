import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Plan } from '../plan/index.ts';
import { createArchive } from './archive/index.ts';
import { makeBackupsFolder } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { timeId } from './replace.ts';

/**
 * Keeps what comes by standard input as a file: it cannot be read twice, and must be read once before anything is changed.
 * @returns its path; who asked removes it
 */
export async function receive(plan: Plan, stdin: Readable, context: DatabaseContext): Promise<string> {
  const path = join(await makeBackupsFolder(plan), `.received-${timeId(context.now())}-${process.pid}`);
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
