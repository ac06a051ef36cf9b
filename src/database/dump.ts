import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { type BackupFacts, backupName, type FilestoreFacts, lastSize } from './archive/index.ts';
import { makeBackupsFolder, passphraseFingerprint } from './backups.ts';
import { removeStaleClients } from './client/index.ts';
import { reopen } from './closed.ts';
import type { DatabaseContext } from './context.ts';
import { backUpDocuments } from './documents.ts';
import { type DumpOutput, toFile, toFolder, toStream } from './dump-output.ts';
import { compressionOf, type DumpSource, isPlain } from './dump-source.ts';
import type { DumpStep, PreparedDump } from './dump-step.ts';
import { withLock } from './lock.ts';
import {
  type ClientPrograms,
  clientFor,
  connect,
  countRows,
  exportSnapshot,
  type SchemaFacts,
  schemaFacts,
  type TableRows,
  withConnection,
} from './server/index.ts';
import { openTarget, type Target } from './target.ts';

export interface DumpOptions {
  readonly database: string | undefined;
  /** Absolute; `-` for standard output; undefined for a name of its own in the backups folder. */
  readonly file: string | undefined;
  readonly format: 'dump' | 'bin' | 'sql' | 'zip';
  readonly filestore: boolean;
  /** Connections that read; with more than one the backup is a folder. One unless said. */
  readonly jobs?: number;
  /** Recipients of age. */
  readonly encryptTo: readonly string[];
  readonly client: 'container' | 'host' | undefined;
  readonly stdout: Writable;
  /** Makes what is dumped in the place of the database: an anonymised copy. */
  readonly step?: DumpStep | undefined;
}

export interface Dumped {
  readonly database: string;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly tables: number;
  readonly rows: number;
  readonly filestore?: FilestoreFacts;
}

/**
 * Backs a database up while it is used: one state of it, with the rows of each table counted in that very state. The file
 * gets its name when it is whole and has been read back.
 * @throws ProblemError (2) where nothing was written; (1) where the dump failed, and nothing of it is left
 */
export async function dumpDatabase(options: DumpOptions, context: DatabaseContext): Promise<Dumped> {
  const target = await openTarget(options.database, context);
  const { step } = options;
  return withLock(target, step ? 'changing' : 'reading', 'db:dump', async () => {
    // An update that was killed has left it closed: none works now, as it would have the lock.
    await reopen(target);
    await removeStaleClients(target.engine, target.plan.name);
    const prepared = await step?.(target, context);
    try {
      return await dump(target, prepared, options, context);
    } finally {
      await prepared?.drop();
    }
  });
}

async function dump(
  target: Target,
  prepared: PreparedDump | undefined,
  options: DumpOptions,
  context: DatabaseContext,
): Promise<Dumped> {
  const { server, database, plan, engine } = target;
  const dumped = prepared?.database ?? database;
  return withConnection(await connect(server, dumped, { applicationName: 'coog db:dump' }), async (connection) => {
    const client = await clientFor(server, engine, { client: options.client, serverVersion: connection.version });
    requireFolder(options, client);
    const now = context.now();
    const file = options.file ?? join(await makeBackupsFolder(plan), backupName(plan.name, database, now));
    // A refusal of the target comes before any work.
    const kind = kindOf(options);
    const before = { project: plan.name, database, kind };
    const last = file === '-' ? undefined : await lastSize(dirname(file), before);
    const output = await openOutput(file, options, last ?? 0);
    try {
      const snapshot = await exportSnapshot(connection);
      const schema = await schemaFacts(connection);
      const counting = countRows(server, dumped, { snapshot, parallel: 1, signal: context.signal });
      counting.catch(() => undefined);
      context.progress.begin(`backing up ${database}`, last);
      const source: DumpSource = { client, database: dumped, snapshot, format: options.format, now };
      const written = await output.write(source, context);
      const tables = await counting;
      const summary = { database, file, size: written.size, sha256: written.sha256, ...summaryOf(tables) };
      if (!output.kept) return summary;
      await output.kept.readBack(source, written, context);
      const filestore = options.filestore ? await backUpDocuments(plan, file, context) : undefined;
      const withFilestore = filestore ? { filestore: filestore.facts } : {};
      const facts: BackupFacts = {
        ...factsOf(target, source, { schema, tables, kind }),
        ...prepared?.facts,
        ...withFilestore,
      };
      const verified = { at: context.now().toISOString(), level: 'read' } as const;
      await output.kept.commit(facts, verified).catch(async (error) => {
        await filestore?.undo();
        throw error;
      });
      return { ...summary, ...withFilestore };
    } catch (error) {
      throw told(error, context);
    } finally {
      context.progress.end();
      await output.abort();
    }
  });
}

async function openOutput(
  file: string,
  { jobs = 1, encryptTo, stdout }: DumpOptions,
  expectedBytes: number,
): Promise<DumpOutput> {
  if (file === '-') return toStream(stdout, encryptTo);
  const target = { path: file, expectedBytes };
  return jobs > 1 ? toFolder(target, jobs) : toFile(target, encryptTo);
}

const kindOf = ({ format, jobs = 1 }: DumpOptions): BackupFacts['kind'] =>
  isPlain(format) ? 'sql' : jobs > 1 ? 'directory' : 'custom';

/** What several connections write is a folder of files. @throws ProblemError DUMP_JOBS_IMPOSSIBLE (exit code 2) */
function requireFolder({ jobs = 1, file, encryptTo, format }: DumpOptions, client: ClientPrograms): void {
  if (jobs === 1) return;
  const why =
    file === '-'
      ? 'standard output takes one stream'
      : encryptTo.length > 0
        ? 'only a backup that is one file can be encrypted'
        : isPlain(format)
          ? 'plain SQL is one file'
          : client.seeks
            ? undefined
            : 'Docker Engine does not see the files of this machine';
  if (why === undefined) return;
  throw new ProblemError({
    code: 'DUMP_JOBS_IMPOSSIBLE',
    title: `several jobs write a folder of files, and ${why}`,
    detail: 'Nothing was written.',
    next: 'coog db:dump without --jobs',
  });
}

/** An interrupt is told as one, whatever it broke off. */
function told(error: unknown, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: 'the backup was interrupted; nothing of it is left', next: 'coog db:dump' },
    { exitCode: ExitCode.failed, cause: error },
  );
}

function factsOf(
  { plan, database }: Target,
  { client, now, format }: DumpSource,
  { schema, tables, kind }: { schema: SchemaFacts; tables: readonly TableRows[]; kind: BackupFacts['kind'] },
): BackupFacts {
  const image = plan.values.get('IMAGE_VERSION_COOG')?.value;
  const fingerprint = passphraseFingerprint(plan);
  const plain = isPlain(format);
  return {
    format: 1,
    coog: plan.cli.version,
    created: now.toISOString(),
    project: plan.name,
    database,
    server: schema.serverVersion,
    client: client.version,
    ...(image ? { image } : {}),
    kind,
    compression: format === 'zip' ? 'zip' : plain ? 'none' : compressionOf(client),
    encoding: schema.encoding,
    collation: schema.collation,
    modules: schema.modules.map(({ name, state }) => ({ name, state })),
    extensions: schema.extensions.map(({ name, version }) => ({ name, version })),
    ...(schema.roles.length > 0 ? { roles: schema.roles } : {}),
    tables: Object.fromEntries(tables.map(({ schema: s, name, rows }) => [`${s}.${name}`, rows])),
    databaseBytes: schema.bytes,
    ...(fingerprint ? { passphraseFingerprint: fingerprint } : {}),
  };
}

const summaryOf = (tables: readonly TableRows[]): { tables: number; rows: number } => ({
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
});
