import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import type { Manifest, OpenedArchive } from './archive/index.ts';
import type { DatabaseContext } from './context.ts';
import { whileGrowing } from './growth.ts';
import { restricted } from './restricted.ts';
import {
  analyzeDatabase,
  type ClientPrograms,
  checkRestored,
  type Difference,
  requireSuccess,
  type Server,
  workersFor,
} from './server/index.ts';

/** Milliseconds without a byte after which a restore from a stream is given up. */
const STALL = 600_000;

/**
 * Reads an archive to its end with the real client, and throws the content away.
 * @throws ProblemError BACKUP_DAMAGED (2); DB_PROGRAM_FAILED, DB_PROGRAM_STALLED (1) when nothing is known of the backup
 */
export async function readWithClient(
  path: string,
  archive: OpenedArchive,
  client: ClientPrograms,
  { signal }: Pick<DatabaseContext, 'signal'>,
): Promise<void> {
  if (archive.kind === 'directory' && !client.seeks) throw new ProblemError(notShared(path));
  // Plain SQL is read by nobody but psql, which would run it.
  if (archive.kind === 'sql') {
    for await (const _ of archive.stream()) signal.throwIfAborted();
    return;
  }
  const result = await client.run('pg_restore', ['--file=/dev/null'], {
    ...(archive.direct ? { file: archive.direct } : { input: archive.stream() }),
    signal,
    stallTimeout: STALL,
  });
  signal.throwIfAborted();
  // Only its own exit code tells of the backup: a container that could not be started, or was killed, has another one.
  const isBroken = result.exitCode === 1 || (result.exitCode === 0 && result.unread);
  if (!isBroken) return requireSuccess('pg_restore', result);
  throw new ProblemError({
    code: 'BACKUP_DAMAGED',
    title: 'pg_restore cannot read this backup to its end; nothing was changed',
    detail: result.stderr,
    place: { file: path },
    next: 'take another backup: coog db:list',
  });
}

const notShared = (path: string): Problem => ({
  code: 'BACKUP_FOLDER_NOT_SHARED',
  title: 'the backup is a folder, and Docker Engine does not see the folders of this machine; nothing was changed',
  place: { file: path },
  next: 'add --client host, with pg_restore on this machine',
});

export interface RestoreOptions {
  readonly jobs: number;
  /** Plain SQL may run programs where psql cannot be kept from it. */
  readonly trust: boolean;
  /** Whether comments are restored; they are unless said otherwise. Of plain SQL they always are. */
  readonly comments?: boolean;
  /** Whether statistics are gathered; they are unless said otherwise. */
  readonly analyze?: boolean;
}

export interface Restore {
  readonly database: string;
  readonly archive: OpenedArchive;
  readonly client: ClientPrograms;
  /** What it must hold; undefined where nobody knows. */
  readonly manifest: Manifest | undefined;
}

/**
 * Restores an archive into an empty database, stopping at the first error, and compares it with its manifest. Statistics are
 * gathered meanwhile, unless the database is only looked at.
 * @throws ProblemError DB_PROGRAM_FAILED, DB_PROGRAM_STALLED, RESTORE_INCOMPLETE (1), ARCHIVE_NOT_TRUSTED (2)
 */
export async function restoreWhole(
  server: Server,
  { database, archive, client, manifest }: Restore,
  options: RestoreOptions,
  context: DatabaseContext,
): Promise<{ tables: number; rows: number }> {
  const run = archive.kind === 'sql' ? runSql : runRestore;
  await whileGrowing(server, { database, total: manifest?.databaseBytes }, context, (signal) =>
    run({ server, database, archive, client }, options, { signal }),
  );
  context.signal.throwIfAborted();
  const analyzed = options.analyze === false ? undefined : analyzeDatabase(server, database, context);
  const [found] = await Promise.all([requireWhole(server, database, manifest, context), analyzed]);
  return found;
}

async function runSql(
  { database, archive, client }: Omit<Restore, 'manifest'>,
  { trust }: RestoreOptions,
  { signal }: Pick<DatabaseContext, 'signal'>,
): Promise<void> {
  const token = randomBytes(16).toString('hex');
  const input = Readable.from(restricted(archive.stream(), client, { trust, token }), { objectMode: false });
  const args = ['--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1', '--output=/dev/null'];
  requireSuccess('psql', await client.run('psql', args, { database, input, signal, stallTimeout: STALL }));
}

/**
 * Of pg_restore's sessions. Nobody needs what it commits before the end: what comes next, ANALYZE or the swap, waits until
 * all that was committed before it is on the disk. Indexes are sorted in more memory, in bytes as PostgreSQL writes them,
 * and a check of a foreign key, which runs once, is not compiled.
 */
const RESTORING = { synchronous_commit: 'off', maintenance_work_mem: '256MB', jit: 'off' };

async function runRestore(
  { server, database, archive, client }: Omit<Restore, 'manifest'> & { readonly server: Server },
  { jobs, comments = true }: RestoreOptions,
  { signal }: Pick<DatabaseContext, 'signal'>,
): Promise<void> {
  // pg_restore reads a tar, and a stream, over one connection alone.
  const connections = archive.direct && archive.kind !== 'tar' ? jobs : 1;
  const file = { file: archive.direct ?? '', ...(connections > 1 ? { jobs } : {}) };
  const source = archive.direct ? file : { input: archive.stream(), stallTimeout: STALL };
  const options = { database, ...source, signal, settings: { ...RESTORING, ...workersFor(server, connections) } };
  const how = ['--exit-on-error', '--no-owner', ...(comments ? [] : ['--no-comments'])];
  const result = await client.run('pg_restore', how, options);
  requireSuccess('pg_restore', result);
}

/** Compares a restored database with its manifest. @throws ProblemError RESTORE_INCOMPLETE (1) that names what differs */
async function requireWhole(
  server: Server,
  database: string,
  manifest: Manifest | undefined,
  { signal }: DatabaseContext,
): Promise<{ tables: number; rows: number }> {
  const found = manifest ? tablesOf(manifest) : [];
  const differences = await checkRestored(server, database, { tables: found }, { signal });
  // Without a manifest nobody knows what must be there; what is broken shows all the same.
  const counted = manifest ? differences : differences.filter(({ kind }) => kind !== 'table-extra');
  if (counted.length > 0) throw new ProblemError(incomplete(counted), { exitCode: ExitCode.failed });
  const extra = manifest ? [] : differences;
  return {
    tables: found.length + extra.length,
    rows: found.reduce((sum, t) => sum + t.rows, 0) + extra.reduce((sum, d) => sum + Number(d.found ?? 0), 0),
  };
}

/** Names of schemas with a dot in them are not to be expected from Tryton. */
const tablesOf = (manifest: Manifest) =>
  Object.entries(manifest.tables).map(([table, rows]) => {
    const at = table.indexOf('.');
    return { schema: table.slice(0, at), name: table.slice(at + 1), rows };
  });

const SHOWN = 10;

const incomplete = (differences: readonly Difference[]): Problem => ({
  code: 'RESTORE_INCOMPLETE',
  title: 'the restored database is not what the backup says; the live one was not changed',
  detail: [
    ...differences
      .slice(0, SHOWN)
      .map((d) => `${d.kind} ${d.object}: expected ${d.expected ?? 'none'}, found ${d.found ?? 'none'}`),
    ...(differences.length > SHOWN ? [`and ${differences.length - SHOWN} more`] : []),
  ].join('\n'),
  next: 'take another backup: coog db:list',
});
