import { join } from 'node:path';
import { chunksOf } from './chunks.ts';
import { damaged, readFailure } from './damage.ts';
import { folderFiles, TABLE_OF_CONTENTS, totalSize } from './folder.ts';
import type { OpenedArchive } from './open.ts';
import { sniff } from './sniff.ts';

/**
 * Opens what `pg_dump -Fd` made: a folder that pg_restore alone can read, and in parallel.
 * @throws ProblemError BACKUP_DAMAGED, BACKUP_UNREADABLE
 */
export async function openFolder(path: string): Promise<OpenedArchive> {
  try {
    const size = totalSize(await folderFiles(path));
    await requireTableOfContents(path);
    return {
      kind: 'directory',
      wrapping: [],
      size,
      direct: path,
      stream: () => {
        throw new Error('a folder is no stream');
      },
    };
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function requireTableOfContents(path: string): Promise<void> {
  for await (const chunk of chunksOf([join(path, TABLE_OF_CONTENTS)])) {
    const found = sniff(Buffer.from(chunk));
    if ('kind' in found && found.kind === 'custom') return;
    break;
  }
  throw damaged(path, `its table of contents (${TABLE_OF_CONTENTS}) is none`);
}
