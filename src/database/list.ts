import { listBackups } from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { listDatabases } from './server/index.ts';
import { openTarget } from './target.ts';

export interface ListedDatabase {
  readonly name: string;
  readonly kind: 'live' | 'aside' | 'previous' | 'snapshot';
  /** Bytes. */
  readonly size: number | undefined;
  /** ISO 8601: when coog made it, or replaced it. */
  readonly at?: string;
  readonly text?: string;
  readonly of?: string;
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

/** Databases of the server, of one when it is named, and the backups of the project. */
export async function listEverything(wanted: string | undefined, context: DatabaseContext) {
  const { server, plan } = await openTarget(wanted, context);
  const folder = backupsFolder(plan);
  const [databases, backups] = await Promise.all([listDatabases(server), listBackups(folder)]);
  const mine = databases.filter((d) => wanted === undefined || d.name === wanted || d.of === wanted);
  return {
    folder,
    databases: mine.map(
      ({ name, kind, bytes, note, of }): ListedDatabase => ({
        name,
        kind,
        size: bytes,
        ...(note ? { at: note.at } : {}),
        ...(note?.text ? { text: note.text } : {}),
        ...(of ? { of } : {}),
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
