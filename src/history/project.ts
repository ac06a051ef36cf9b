import { isOrphaned } from '../shared/process-owner.ts';
import { lockFile, stateFolder } from './change.ts';
import { type Holder, holderOf } from './file-lock.ts';
import { type HistoryRecord, type Result, readHistory } from './records.ts';

export type HistoryEntry = Omit<HistoryRecord, 'result'> & { readonly result: Result | 'running' };

/** What was changed in a project, the newest first, before it what works on it now, or was killed at it. Only looks. */
export async function projectHistory(folder: string): Promise<{ entries: HistoryEntry[]; torn: number }> {
  // The lock first: a command that ends in between is then there twice, and never not at all.
  const holder = await holderOf(lockFile(folder));
  const { records, torn } = await readHistory(stateFolder(folder));
  const ended = records.toReversed();
  const current = holder ? [await ofHolder(holder)] : [];
  const known = (entry: HistoryEntry) => ended.some((e) => e.at === entry.at && e.pid === entry.pid);
  return { entries: [...current.filter((entry) => !known(entry)), ...ended], torn };
}

async function ofHolder({ since, command, what, user, owner }: Holder): Promise<HistoryEntry> {
  const [host = '', pid = ''] = owner.split('/');
  const result = (await isOrphaned(owner)) ? 'killed' : 'running';
  return { at: since, command, what, user, host, pid: Number(pid), result };
}
