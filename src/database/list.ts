import type { PlannedDatabase } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { listBackups } from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { type DatabaseInfo, listDatabases, resolveServer } from './server/index.ts';
import { openTarget, type Target } from './target.ts';

export interface ListedDatabase {
  readonly name: string;
  readonly kind: 'live' | 'aside' | 'previous' | 'snapshot';
  /** Bytes. */
  readonly size: number | undefined;
  /** ISO 8601: when coog made it, or replaced it. */
  readonly at?: string;
  readonly text?: string;
  readonly of?: string;
  /** The plugin that it belongs to. */
  readonly plugin?: string;
}

export interface ListedBackup {
  readonly name: string;
  readonly path: string;
  readonly database?: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly created: string;
  readonly verified: 'deep' | 'read' | 'damaged' | 'no' | 'no manifest';
  readonly filestore: boolean;
}

/** Databases of the project's servers, of one when it is named, and the backups of the project. */
export async function listEverything(wanted: string | undefined, context: DatabaseContext) {
  const target = await openTarget(wanted, context);
  const { plan } = target;
  const folder = backupsFolder(plan);
  const [here, elsewhere, backups] = await Promise.all([
    listDatabases(target.server),
    wanted === undefined ? ofOtherServers(target, context) : [],
    listBackups(folder),
  ]);
  const databases = [...here, ...elsewhere];
  const declared = new Map(plan.databases.map((d) => [d.name, d]));
  const mine = databases.filter((d) => wanted === undefined || d.name === wanted || d.of === wanted);
  return {
    folder,
    databases: mine.map(
      ({ name, kind, bytes, note, of }): ListedDatabase => ({
        name,
        kind,
        size: bytes,
        ...(note ? { at: note.at } : {}),
        ...described(note?.text ?? declared.get(name)?.description),
        ...(of ? { of } : {}),
        ...pluginOf(declared.get(of ?? name)),
      }),
    ),
    backups: backups
      .filter(({ manifest }) => wanted === undefined || manifest?.database === wanted)
      .map(
        ({ name, path, size, created, manifest }): ListedBackup => ({
          name,
          path,
          size,
          created: created.toISOString(),
          ...(manifest ? { database: manifest.database } : {}),
          verified: manifest ? (manifest.damaged ? 'damaged' : (manifest.verified?.level ?? 'no')) : 'no manifest',
          filestore: manifest?.filestore !== undefined,
        }),
      ),
  };
}

const described = (text: string | undefined) => (text ? { text } : {});
const pluginOf = (declared: PlannedDatabase | undefined) => (declared ? { plugin: declared.contributor.name } : {});

/** What plugins have on servers of their own. One that does not answer must not hide the others. */
async function ofOtherServers({ plan, engine, server }: Target, context: DatabaseContext): Promise<DatabaseInfo[]> {
  const apart = plan.databases.filter((d) => !server.databases.includes(d.name));
  const seen = new Set<string>();
  const lists: DatabaseInfo[] = [];
  for (const declared of apart) {
    if (seen.has(declared.name)) continue;
    try {
      const other = await resolveServer(plan, engine, declared);
      for (const name of other.databases) seen.add(name);
      const all = await listDatabases(other);
      lists.push(...all.filter((d) => other.databases.includes(d.of ?? d.name)));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      context.tell(error.problems.map((problem) => ({ ...problem, severity: 'warning' })));
    }
  }
  return lists;
}
