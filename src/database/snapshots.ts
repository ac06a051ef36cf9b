import { ProblemError } from '../shared/problem.ts';
import { formatAge, formatBytes } from '../shared/units.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { dropAside } from './drop-aside.ts';
import { withLock } from './lock.ts';
import { beginChange, requireSpace } from './prepare.ts';
import { existing, replaceBy, timeId } from './replace.ts';
import { type DatabaseInfo, dropDatabase, listDatabases, snapshotDatabase } from './server/index.ts';
import { openTarget, type Target } from './target.ts';

export interface SnapshotInfo {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly at: string | undefined;
}

interface SnapshotOptions {
  readonly database: string | undefined;
  readonly name: string;
}

type Confirming = SnapshotOptions & { readonly confirm: (intent: Intent) => Promise<void> };

/** Copies a database on its server. @throws ProblemError DB_EXISTS, DB_NAME_INVALID, DB_DISK_FULL (exit code 2) */
export async function createSnapshot({ database: wanted, name }: SnapshotOptions, context: DatabaseContext) {
  const target = await openTarget(wanted, context);
  const { server, database } = target;
  return withLock(target, 'changing', 'db:snapshot:create', async () => {
    await beginChange(target, context);
    await requireSpace(target, (await existing(target))?.bytes ?? 0);
    const made = await snapshotDatabase(server, {
      source: database,
      kind: 'snapshot',
      id: name,
      about: { at: context.now() },
    });
    context.tell(made.problems);
    return { database, snapshot: made.name };
  });
}

export async function listSnapshots(wanted: string | undefined, context: DatabaseContext): Promise<SnapshotInfo[]> {
  const target = await openTarget(wanted, context);
  return (await snapshotsOf(target)).map((d) => ({ id: d.id ?? '', name: d.name, size: d.bytes ?? 0, at: d.note?.at }));
}

/** Puts a copy of a snapshot in the place of its database. @throws ProblemError SNAPSHOT_UNKNOWN (exit code 2) */
export async function restoreSnapshot(options: Confirming, context: DatabaseContext) {
  const target = await openTarget(options.database, context);
  const { server, database } = target;
  return withLock(target, 'changing', 'db:snapshot:restore', async () => {
    await beginChange(target, context);
    const snapshot = await find(target, options.name);
    await options.confirm({
      lines: [`${database} becomes what it was in ${describe(snapshot, context)}; what it is now is kept`],
      question: `Replace ${database}?`,
    });
    await requireSpace(target, snapshot.bytes ?? 0);
    const now = context.now();
    const about = { at: now, text: `snapshot ${options.name}` };
    const copy = { source: snapshot.name, of: database, kind: 'aside', id: timeId(now), about } as const;
    const { name } = await snapshotDatabase(server, copy);
    try {
      const { previous } = await replaceBy(target, { incoming: name, why: about.text }, context);
      return { database, previous };
    } catch (error) {
      await dropAside(target, name, context);
      throw error;
    }
  });
}

/** @throws ProblemError SNAPSHOT_UNKNOWN (exit code 2) */
export async function dropSnapshot(options: Confirming, context: DatabaseContext) {
  const target = await openTarget(options.database, context);
  return withLock(target, 'changing', 'db:snapshot:drop', async () => {
    const snapshot = await find(target, options.name);
    await options.confirm({
      lines: [`${describe(snapshot, context)} will be removed for good`],
      question: 'Remove it?',
    });
    await dropDatabase(target.server, snapshot.name);
    return { database: target.database, snapshot: snapshot.name };
  });
}

const snapshotsOf = async ({ server, database }: Target): Promise<DatabaseInfo[]> =>
  (await listDatabases(server)).filter((d) => d.kind === 'snapshot' && d.of === database);

async function find(target: Target, id: string): Promise<DatabaseInfo> {
  const all = await snapshotsOf(target);
  const found = all.find((d) => d.id === id);
  if (found) return found;
  throw new ProblemError({
    code: 'SNAPSHOT_UNKNOWN',
    title: `${target.database} has no snapshot "${id}"`,
    ...(all.length > 0 ? { detail: `snapshots: ${all.map((d) => d.id).join(', ')}` } : {}),
    next: 'coog db:snapshot:list',
  });
}

function describe({ id, bytes, note }: DatabaseInfo, context: DatabaseContext): string {
  const age = note ? `, ${formatAge(new Date(note.at), context.now())} old` : '';
  return `the snapshot ${id} (${bytes === undefined ? 'size unknown' : formatBytes(bytes)}${age})`;
}
