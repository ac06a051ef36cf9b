import { rm, stat } from 'node:fs/promises';
import {
  candidateOf,
  filestorePath,
  listBackups,
  manifestPath,
  type RetentionPolicy,
  removeAsOne,
  selectBackups,
} from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { withLock } from './lock.ts';
import { dropDatabase, listDatabases } from './server/index.ts';
import { openTarget } from './target.ts';

export interface PruneOptions {
  /** One database's only; all without it. */
  readonly database: string | undefined;
  readonly policy: RetentionPolicy;
  /** Days that a replaced database is kept. */
  readonly previousDays: number;
  /** Removes; else only says what would be removed. */
  readonly remove: boolean;
}

export interface PruneItem {
  readonly kind: 'backup' | 'previous';
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly kept: boolean;
  readonly why: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Removes backups by the rules of retention, and databases that were replaced long ago. */
export async function prune(options: PruneOptions, context: DatabaseContext): Promise<{ items: PruneItem[] }> {
  const target = await openTarget(options.database, context);
  return withLock(target, 'changing', 'db:prune', async () => {
    const now = context.now();
    const wanted = (database: string | undefined) => options.database === undefined || database === options.database;
    const backups = (await listBackups(backupsFolder(target.plan))).filter(({ manifest }) =>
      wanted(manifest?.database),
    );
    const decisions = selectBackups(backups.map(candidateOf), options.policy, now);
    const items: PruneItem[] = [];
    for (const { backup, keep, reasons } of decisions) {
      const { path, name, size } = backup.file;
      if (!keep && options.remove) await removeBackup(path);
      items.push({
        kind: 'backup',
        name,
        size: size + (await sizeOf(filestorePath(path))),
        kept: keep,
        why: reasons.join(', '),
      });
    }
    const replaced = (await listDatabases(target.server)).filter((d) => d.kind === 'previous' && wanted(d.of));
    for (const { name, bytes, note } of replaced) {
      const age = note ? (now.getTime() - Date.parse(note.at)) / DAY : 0;
      const kept = age < options.previousDays;
      if (!kept && options.remove) await dropDatabase(target.server, name);
      items.push({ kind: 'previous', name, size: bytes ?? 0, kept, why: `replaced ${Math.floor(age)} days ago` });
    }
    return { items };
  });
}

/** The dump first: what then is left behind by a kill is no backup any more. */
async function removeBackup(path: string): Promise<void> {
  await removeAsOne(path);
  for (const file of [filestorePath(path), manifestPath(path)]) await rm(file, { force: true });
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    () => 0,
  );
