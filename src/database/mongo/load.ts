import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { requireNoUpgrade } from '../../operations/index.ts';
import { ExitCode, type Problem, ProblemError } from '../../shared/problem.ts';
import { formatAge } from '../../shared/units.ts';
import { type Manifest, type OpenedArchive, openArchive, readManifest, verifyHash } from '../archive/index.ts';
import { removeStaleClients } from '../client/index.ts';
import type { DatabaseContext, Intent } from '../context.ts';
import { receive } from '../receive.ts';
import { besideName, listCollections, parseBeside, SYSTEM } from './collections.ts';
import { withMongo } from './connect.ts';
import { dump } from './dump.ts';
import { removeJournal, writeJournal } from './journal.ts';
import { withMongoLock } from './lock.ts';
import { recoverMongo } from './recover.ts';
import { replaceCollections } from './replace.ts';
import { type MongoTarget, openMongo } from './server.ts';
import { dropBeside } from './swap.ts';
import { findTools, type Tools } from './tools.ts';
import { requireWhole } from './whole.ts';

export interface MongoLoadOptions {
  /** Of the backup, the one that is loaded; undefined for all. */
  readonly database: string | undefined;
  /** Absolute; `-` for standard input. */
  readonly file: string;
  /** Identity files of age. */
  readonly identities: readonly string[];
  readonly client: 'container' | 'host' | undefined;
  readonly stdin: Readable;
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface MongoLoaded {
  readonly databases: readonly string[];
  readonly collections: number;
  readonly documents: number;
  /** Backup of what was there before; undefined when there was nothing. */
  readonly backup: string | undefined;
  /** Milliseconds from the stop of the first client to the end of the swap. */
  readonly swapped: number;
}

/**
 * Loads a backup of MongoDB: read to its end first, restored beside the live collections, compared, then swapped in by
 * renames. What was there is backed up before, and put back where the services do not become healthy.
 * @throws ProblemError (2) when nothing was changed; (1) when the live collections are what they were
 */
export async function loadMongo(options: MongoLoadOptions, context: DatabaseContext): Promise<MongoLoaded> {
  const target = await openMongo(context);
  await requireNoUpgrade(context);
  return withMongoLock(target.plan, 'mongo:load', context.now(), async () => {
    await removeStaleClients(target.engine, target.plan.name);
    await recoverMongo(target, context);
    if (options.file !== '-') return load(target, options.file, options, context);
    const received = await receive(target.plan, options.stdin, context);
    try {
      return await load(target, received, options, context);
    } finally {
      await rm(received, { force: true });
    }
  });
}

async function load(
  target: MongoTarget,
  path: string,
  options: MongoLoadOptions,
  context: DatabaseContext,
): Promise<MongoLoaded> {
  const { plan, server } = target;
  const manifest = await readManifest(path);
  const archive = await openArchive(path, { of: 'mongodb', identities: options.identities, signal: context.signal });
  const tools = await findTools(target, options.client);
  const before = await withMongo(server, (client) => listCollections(client));
  await options.confirm(intentOf(target, { path, manifest, database: options.database, context }));
  await verify(path, manifest, archive, context);
  const journal = {
    id: randomBytes(4).toString('hex'),
    state: 'restoring',
    steps: [],
    views: { before: [], after: [] },
  } as const;
  await writeJournal(plan, journal);
  try {
    context.say('Restoring beside the live collections, which go on working');
    await restore(tools, archive, { id: journal.id, database: options.database }, context);
    const found = await withMongo(server, (client) =>
      requireWhole(client, { id: journal.id, manifest, only: options.database }, context),
    );
    const used = before.filter((c) => found.databases.includes(c.database) && parseBeside(c.name) === undefined);
    const backup = used.length > 0 ? await backUp(target, options, context) : undefined;
    context.signal.throwIfAborted();
    const swapped = await replaceCollections(target, { id: journal.id, databases: found.databases }, context);
    return { ...found, backup, swapped };
  } catch (error) {
    await withMongo(server, (client) => dropBeside(client, 'new', journal.id)).then(
      () => removeJournal(plan),
      () => undefined,
    );
    throw told(error, context);
  }
}

/** What is replaced is kept as a file: the old collections cannot stay in a database that the next dump takes whole. */
async function backUp(target: MongoTarget, { client }: MongoLoadOptions, context: DatabaseContext): Promise<string> {
  context.say('Backing up what is there now');
  const { file } = await dump(
    target,
    { database: undefined, file: undefined, encryptTo: [], client, stdout: new PassThrough() },
    context,
  );
  return file;
}

async function verify(
  path: string,
  manifest: Manifest | undefined,
  archive: OpenedArchive,
  context: DatabaseContext,
): Promise<void> {
  const { progress, signal } = context;
  try {
    if (manifest) {
      progress.begin('checking the backup', manifest.size);
      await verifyHash(path, manifest, { signal, onProgress: (bytes) => progress.advance(bytes) });
      progress.end();
    } else
      context.tell([
        {
          code: 'BACKUP_WITHOUT_MANIFEST',
          severity: 'warning',
          title: 'there is no manifest beside the backup: it is read through, and its counts cannot be compared',
          place: { file: path },
        },
      ]);
    context.say('Reading the backup to its end');
    for await (const _ of archive.stream()) signal.throwIfAborted();
  } catch (error) {
    throw told(error, context);
  } finally {
    progress.end();
  }
}

async function restore(
  tools: Tools,
  archive: OpenedArchive,
  { id, database }: { id: string; database: string | undefined },
  context: DatabaseContext,
): Promise<void> {
  const { signal } = context;
  const excluded = [...SYSTEM.map((name) => `${name}.*`), '*.system.*', '*.coog_new_*', '*.coog_prev_*'];
  const args = [
    '--archive',
    '--stopOnError',
    ...excluded.map((pattern) => `--nsExclude=${pattern}`),
    ...(database === undefined ? [] : [`--nsInclude=${database}.*`]),
    '--nsFrom=$db$.$collection$',
    `--nsTo=$db$.${besideName('new', id, '$collection$')}`,
  ];
  await tools.run('mongorestore', args, { input: archive.stream(), signal });
}

interface Wanted {
  readonly path: string;
  readonly manifest: Manifest | undefined;
  readonly database: string | undefined;
  readonly context: DatabaseContext;
}

function intentOf({ server }: MongoTarget, { path, manifest, database, context }: Wanted): Intent {
  const from = manifest
    ? `${manifest.project}, ${formatAge(new Date(manifest.created), context.now())} old, ${Object.keys(manifest.tables).length} collections`
    : 'no manifest';
  const what = database === undefined ? 'the databases of the backup' : `the database ${database}`;
  return {
    lines: [
      `on ${server.shown} ${what} will be replaced, every collection; what is there is backed up first`,
      `by ${path} (${from})`,
    ],
    question: `Replace ${what}?`,
  };
}

function told(error: unknown, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  const problem: Problem = {
    code: 'INTERRUPTED',
    title: 'loading was interrupted; MongoDB holds what it held before',
    next: 'coog mongo:load',
  };
  return new ProblemError(problem, { exitCode: ExitCode.failed, cause: error });
}
