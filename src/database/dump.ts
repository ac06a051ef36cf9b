import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import {
  type BackupFacts,
  backupName,
  createArchive,
  type FilestoreFacts,
  type Source,
  writeStream,
  zipArchive,
} from './archive/index.ts';
import { makeBackupsFolder, passphraseFingerprint } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { backUpDocuments } from './documents.ts';
import type { DumpStep, PreparedDump } from './dump-step.ts';
import { withLock } from './lock.ts';
import { readBack } from './read-back.ts';
import {
  type ClientPrograms,
  clientFor,
  connect,
  countRows,
  exportSnapshot,
  requireSuccess,
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

/** Milliseconds without a byte after which pg_dump is given up. */
const STALL = 600_000;

/**
 * Backs a database up while it is used: one state of it, with the rows of each table counted in that very state. The file
 * gets its name when it is whole and has been read back.
 * @throws ProblemError (2) where nothing was written; (1) where the dump failed, and nothing of it is left
 */
export async function dumpDatabase(options: DumpOptions, context: DatabaseContext): Promise<Dumped> {
  const target = await openTarget(options.database, context);
  const { step } = options;
  if (!step) return withLock(target, 'reading', 'db:dump', () => dump(target, undefined, options, context));
  return withLock(target, 'changing', 'db:dump', async () => {
    const prepared = await step(target, context);
    try {
      return await dump(target, prepared, options, context);
    } finally {
      await prepared.drop();
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
    const now = context.now();
    const file = options.file ?? join(await makeBackupsFolder(plan), backupName(plan.name, database, now));
    const toStdout = file === '-';
    // A refusal of the target comes before any work.
    const archive = toStdout ? undefined : await createArchive({ path: file, encryptTo: options.encryptTo });
    try {
      const snapshot = await exportSnapshot(connection);
      const schema = await schemaFacts(connection);
      const counting = countRows(server, dumped, { snapshot, parallel: 1, signal: context.signal });
      counting.catch(() => undefined);
      context.progress.begin(`backing up ${database}`);
      const pumping = { signal: context.signal, onProgress: (bytes: number) => context.progress.advance(bytes) };
      const source = sourceOf(dumped, client, { snapshot, format: options.format, now }, context);
      const digests = archive
        ? await archive.write(source, pumping)
        : await writeStream(source, options.stdout, { ...pumping, encryptTo: options.encryptTo });
      context.progress.end();
      const tables = await counting;
      const summary = { database, file, size: digests.size, sha256: digests.sha256, ...summaryOf(tables) };
      if (!archive) return summary;
      const filestore = options.filestore ? await backUpDocuments(plan, file, context) : undefined;
      const facts: BackupFacts = {
        ...factsOf(target, client, { schema, tables, now, format: options.format }),
        ...prepared?.facts,
        ...(filestore ? { filestore: filestore.facts } : {}),
      };
      const committed = await archive.commit(facts).catch(async (error) => {
        await filestore?.undo();
        throw error;
      });
      try {
        await readBack(file, { ...facts, ...digests, encrypted: options.encryptTo.length > 0 }, context);
      } catch (error) {
        await Promise.all([committed.undo(), filestore?.undo()]);
        throw error;
      }
      return { ...summary, ...(filestore ? { filestore: filestore.facts } : {}) };
    } catch (error) {
      throw told(error, context);
    } finally {
      context.progress.end();
      await archive?.abort();
    }
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

interface SourceOptions {
  readonly snapshot: string;
  readonly format: DumpOptions['format'];
  readonly now: Date;
}

/** What pg_dump writes; it fails where pg_dump fails, so that an end is an end. */
function sourceOf(
  database: string,
  client: ClientPrograms,
  { snapshot, format, now }: SourceOptions,
  { signal }: DatabaseContext,
): Source {
  const output = new PassThrough({ highWaterMark: 4 * 1024 * 1024 });
  const plain = format === 'sql' || format === 'zip';
  const how = plain ? ['--format=plain', '--no-owner'] : ['--format=custom', `--compress=${compressionOf(client)}`];
  client
    .run('pg_dump', [...how, `--snapshot=${snapshot}`], { database, output, signal, stallTimeout: STALL })
    .then((result) => requireSuccess('pg_dump', result))
    .then(
      () => output.end(),
      (error: Error) => output.destroy(error),
    );
  return format === 'zip' ? zipArchive(output, { name: `${database}.sql`, date: now }) : output;
}

/** pg_dump knows zstd since 16. */
const compressionOf = ({ major }: ClientPrograms): string => (major >= 16 ? 'zstd:1' : '1');

function factsOf(
  { plan, database }: Target,
  client: ClientPrograms,
  made: { schema: SchemaFacts; tables: readonly TableRows[]; now: Date; format: DumpOptions['format'] },
): BackupFacts {
  const { schema, tables, now, format } = made;
  const image = plan.values.get('IMAGE_VERSION_COOG')?.value;
  const fingerprint = passphraseFingerprint(plan);
  const plain = format === 'sql' || format === 'zip';
  return {
    format: 1,
    coog: plan.cli.version,
    created: now.toISOString(),
    project: plan.name,
    database,
    server: schema.serverVersion,
    client: client.version,
    ...(image ? { image } : {}),
    kind: plain ? 'sql' : 'custom',
    compression: format === 'zip' ? 'zip' : plain ? 'none' : client.major >= 16 ? 'zstd:1' : 'gzip:1',
    encoding: schema.encoding,
    collation: schema.collation,
    modules: schema.modules.map(({ name, state }) => ({ name, state })),
    extensions: schema.extensions.map(({ name, version }) => ({ name, version })),
    tables: Object.fromEntries(tables.map(({ schema: s, name, rows }) => [`${s}.${name}`, rows])),
    databaseBytes: schema.bytes,
    ...(fingerprint ? { passphraseFingerprint: fingerprint } : {}),
  };
}

const summaryOf = (tables: readonly TableRows[]): { tables: number; rows: number } => ({
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
});
