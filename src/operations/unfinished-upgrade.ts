import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';

/** Where an upgrade writes down how far it is. */
export const upgradeJournal = (folder: string): string => join(folder, '.coog', 'upgrade.json');

/**
 * Refuses what would meet a half upgraded project: its images and its databases may be of different versions, and a start would
 * update a database in place, with no way back.
 * @throws ProblemError UPGRADE_UNFINISHED (exit code 2)
 */
export async function requireNoUpgrade({ request, upgrading }: OperationContext): Promise<void> {
  if (upgrading) return;
  const text = await readFile(upgradeJournal(request.folder), 'utf8').catch(() => undefined);
  if (text === undefined || !['under-way', 'taking-back'].includes(stateIn(text))) return;
  throw new ProblemError({
    code: 'UPGRADE_UNFINISHED',
    title: 'an upgrade of this project is not finished',
    place: { file: upgradeJournal(request.folder) },
    next: 'coog upgrade --resume, or coog upgrade --rollback',
  });
}

function stateIn(text: string): string {
  try {
    return String((JSON.parse(text) as { state?: unknown }).state);
  } catch {
    return '';
  }
}
