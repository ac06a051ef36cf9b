import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { type BackupFacts, backupName, createArchive, type Source, writeStream } from '../archive/index.ts';
import { makeBackupsFolder } from '../backups.ts';
import { removeStaleClients } from '../client/index.ts';
import type { DatabaseContext } from '../context.ts';
import { readBack } from '../read-back.ts';
import { type Collection, listCollections, parseBeside } from './collections.ts';
import { withMongo } from './connect.ts';
import { withMongoLock } from './lock.ts';
import { type MongoTarget, openMongo } from './server.ts';
import { findTools, type Tools } from './tools.ts';

export interface MongoDumpOptions {
  /** One of them; undefined for all but MongoDB's own. */
  readonly database: string | undefined;
  /** Absolute; `-` for standard output; undefined for a name of its own in the backups folder. */
  readonly file: string | undefined;
  /** Recipients of age. */
  readonly encryptTo: readonly string[];
  readonly client: 'container' | 'host' | undefined;
  readonly stdout: Writable;
}

export interface MongoDumped {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly databases: readonly string[];
  readonly collections: number;
  readonly documents: number;
}

/**
 * Backs the project's MongoDB up while it is used. The file gets its name when it is whole and has been read back.
 * @throws ProblemError (2) where nothing was written; (1) where the dump failed, and nothing of it is left
 */
export async function dumpMongo(options: MongoDumpOptions, context: DatabaseContext): Promise<MongoDumped> {
  const target = await openMongo(context);
  return withMongoLock(target.plan, 'mongo:dump', context.now(), async () => {
    await removeStaleClients(target.engine, target.plan.name);
    return dump(target, options, context);
  });
}

/** As {@link dumpMongo}, by who has the lock. */
export async function dump(
  target: MongoTarget,
  options: MongoDumpOptions,
  context: DatabaseContext,
): Promise<MongoDumped> {
  const { plan, server } = target;
  const { databases, version } = await look(target, options.database);
  const tools = await findTools(target, options.client);
  const now = context.now();
  const label = options.database === undefined ? 'mongodb' : `mongodb-${options.database}`;
  const named = async () => join(await makeBackupsFolder(plan), backupName(plan.name, label, now, '.archive.gz'));
  const file = options.file ?? (await named());
  const archive = file === '-' ? undefined : await createArchive({ path: file, encryptTo: options.encryptTo });
  context.progress.begin(`backing up ${server.shown}`);
  const { source, counts, end } = startDump(tools, databases, context);
  try {
    const pumping = { signal: context.signal, onProgress: (bytes: number) => context.progress.advance(bytes) };
    const digests = archive
      ? await archive.write(source, pumping)
      : await writeStream(source, options.stdout, { ...pumping, encryptTo: options.encryptTo });
    context.progress.end();
    const tables = Object.fromEntries([...(await counts)].filter(([key]) => isWanted(key, databases)));
    const documents = Object.values(tables).reduce((sum, n) => sum + n, 0);
    const made = { file, size: digests.size, sha256: digests.sha256 };
    const summary = { ...made, databases, collections: Object.keys(tables).length, documents };
    if (!archive) return summary;
    const facts = { ...factsOf(target, label, now), server: version, client: tools.version, tables };
    const committed = await archive.commit(facts);
    await readBack(file, { ...facts, ...digests, encrypted: options.encryptTo.length > 0 }, context).catch(
      async (error) => {
        await committed.undo();
        throw error;
      },
    );
    return summary;
  } catch (error) {
    throw told(error, context);
  } finally {
    context.progress.end();
    await end();
    await archive?.abort();
  }
}

/** What there is. @throws ProblemError MONGO_EMPTY (2) where there is nothing to back up */
async function look(
  { server }: MongoTarget,
  only: string | undefined,
): Promise<{ databases: readonly string[]; version: string }> {
  return withMongo(server, async (client) => {
    const all = await listCollections(client);
    const own = all.filter(({ name }) => parseBeside(name) === undefined);
    const databases = namesOf(own).filter((name) => only === undefined || name === only);
    if (databases.length === 0) throw new ProblemError(nothing(server.shown, only, namesOf(own)));
    const { version } = await client.db('admin').command({ buildInfo: 1 });
    return { databases, version: String(version) };
  });
}

const namesOf = (collections: readonly Collection[]): string[] => [
  ...new Set(collections.map(({ database }) => database)),
];

const nothing = (shown: string, only: string | undefined, existing: readonly string[]) => ({
  code: 'MONGO_EMPTY',
  title: only === undefined ? `${shown} holds no data` : `${shown} has no database ${only}`,
  detail: existing.length === 0 ? 'It has no database but its own.' : `It has: ${existing.join(', ')}.`,
  next: 'coog status',
});

/** Whether a collection that mongodump wrote is the user's: of one of the databases, and none that coog keeps beside. */
function isWanted(key: string, databases: readonly string[]): boolean {
  const at = key.indexOf('.');
  const name = key.slice(at + 1);
  return databases.includes(key.slice(0, at)) && parseBeside(name) === undefined && !name.startsWith('system.');
}

interface Dumping {
  /** What mongodump writes. */
  readonly source: Source;
  /** The number of documents of each collection in it, by mongodump's own words. */
  readonly counts: Promise<Map<string, number>>;
  /** Ends mongodump where it has not ended by itself; then nothing that belongs to it is left. */
  end(): Promise<void>;
}

function startDump(tools: Tools, databases: readonly string[], context: DatabaseContext): Dumping {
  const output = new PassThrough({ highWaterMark: 4 * 1024 * 1024 });
  // Of several, mongodump takes one or all: what is MongoDB's own is left out when it is loaded.
  const only = databases.length === 1 ? [`--db=${databases[0]}`] : [];
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const counts = tools.run('mongodump', ['--archive', '--gzip', ...only], { output, signal }).then(countsIn);
  const dumping = counts.then(
    () => void output.end(),
    (error: Error) => void output.destroy(error),
  );
  const end = (): Promise<void> => {
    over.abort();
    return dumping;
  };
  return { source: output, counts, end };
}

/** `done dumping coog-api.users (12 documents)` */
function countsIn(lines: readonly string[]): Map<string, number> {
  const found = lines.map((line) => /\tdone dumping (.+) \((\d+) documents?\)/.exec(line));
  return new Map(found.flatMap((match) => (match ? [[match[1] ?? '', Number(match[2])]] : [])));
}

function factsOf(
  { plan }: MongoTarget,
  database: string,
  now: Date,
): Omit<BackupFacts, 'server' | 'client' | 'tables'> {
  return {
    format: 1,
    coog: plan.cli.version,
    created: now.toISOString(),
    project: plan.name,
    database,
    kind: 'mongo',
    compression: 'gzip',
    encoding: 'BSON',
    modules: [],
    extensions: [],
  };
}

function told(error: unknown, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: 'the backup was interrupted; nothing of it is left', next: 'coog mongo:dump' },
    { exitCode: ExitCode.failed, cause: error },
  );
}
