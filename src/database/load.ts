import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { formatAge, formatBytes } from '../shared/units.ts';
import {
  createArchive,
  type Manifest,
  type OpenedArchive,
  openArchive,
  readManifest,
  verifyHash,
} from './archive/index.ts';
import { makeBackupsFolder, passphraseFingerprint } from './backups.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { restoreDocuments } from './documents.ts';
import { withLock } from './lock.ts';
import { beginChange, requireSpace } from './prepare.ts';
import { existing, replaceBy, timeId } from './replace.ts';
import { readWithClient, requireWhole, restoreInto } from './restore.ts';
import { type ClientPrograms, type Connection, clientFor, createAside, dropDatabase } from './server/index.ts';
import { openTarget, type Target } from './target.ts';

export interface LoadOptions {
  readonly database: string | undefined;
  /** Absolute; `-` for standard input. */
  readonly file: string;
  readonly filestore: boolean;
  readonly jobs: number;
  /** Identity files of age. */
  readonly identities: readonly string[];
  readonly trust: boolean;
  readonly ignorePassphrase: boolean;
  readonly client: 'container' | 'host' | undefined;
  readonly stdin: Readable;
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface Loaded {
  readonly database: string;
  readonly tables: number;
  readonly rows: number;
  /** The replaced database's name; undefined when there was none. */
  readonly previous: string | undefined;
  /** Milliseconds from the stop of the first client to the end of the swap. */
  readonly swapped: number;
  /** Documents that were added. */
  readonly documents?: number;
}

/** Of the recorded size: what restoring needs while it builds indexes. */
const ROOM = 1.3;

/**
 * Loads a backup: read and checked first, restored aside, compared, then swapped in. Until the swap nothing that is used is
 * touched, and the user's file is only read.
 * @throws ProblemError (2) when nothing was changed; (1) when the live database is what it was
 */
export async function loadDatabase(options: LoadOptions, context: DatabaseContext): Promise<Loaded> {
  const target = await openTarget(options.database, context);
  return withLock(target, 'changing', 'db:load', async (connection) => {
    await beginChange(target, context);
    if (options.file !== '-') return load(target, connection, options.file, options, context);
    const received = await receive(target, options.stdin, context);
    try {
      return await load(target, connection, received, options, context);
    } finally {
      await rm(received, { force: true });
    }
  });
}

/** What comes by standard input cannot be read twice, and must be read once before anything is changed. */
async function receive({ plan }: Target, stdin: Readable, context: DatabaseContext): Promise<string> {
  const path = join(await makeBackupsFolder(plan), `.received-${timeId(context.now())}-${process.pid}`);
  const archive = await createArchive({ path });
  try {
    context.progress.begin('receiving');
    await archive.write(stdin, { signal: context.signal, onProgress: (bytes) => context.progress.advance(bytes) });
    await archive.commit();
    return path;
  } finally {
    context.progress.end();
    await archive.abort();
  }
}

async function load(
  target: Target,
  connection: Connection,
  path: string,
  options: LoadOptions,
  context: DatabaseContext,
): Promise<Loaded> {
  const { server, engine, database, plan } = target;
  const manifest = await readManifest(path);
  const archive = await openArchive(path, { identities: options.identities, signal: context.signal });
  const client = await clientFor(server, engine, { client: options.client, serverVersion: connection.version });
  requireFit(target, connection, { manifest, path, ignorePassphrase: options.ignorePassphrase });
  await requireSpace(target, Math.ceil((manifest?.databaseBytes ?? archive.size * 3) * ROOM));
  await options.confirm(await intentOf(target, path, manifest, context));
  await verify(path, manifest, archive, client, context);
  const made = await createAside(server, {
    live: database,
    id: timeId(context.now()),
    about: { at: context.now(), text: 'load' },
  });
  context.tell(made.problems);
  try {
    context.say(`Restoring beside ${database}, which goes on working`);
    await restoreInto(server, { database: made.name, archive, client }, options, context);
    const found = await requireWhole(server, made.name, manifest, context);
    const documents =
      options.filestore && manifest ? await restoreDocuments(plan, { path, manifest, database }, context) : undefined;
    context.signal.throwIfAborted();
    const { previous, swapped } = await replaceBy(target, { incoming: made.name, why: 'load' }, context);
    return { database, ...found, previous, swapped, ...(documents === undefined ? {} : { documents }) };
  } catch (error) {
    await dropDatabase(server, made.name).catch(() => undefined);
    throw told(error, database, context);
  }
}

async function verify(
  path: string,
  manifest: Manifest | undefined,
  archive: OpenedArchive,
  client: ClientPrograms,
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
          title: 'there is no manifest beside the backup: it is read through, and its row counts cannot be compared',
          place: { file: path },
        },
      ]);
    context.say('Reading the backup to its end');
    await readWithClient(path, archive, client, context);
  } catch (error) {
    throw told(error, 'the database', context);
  } finally {
    progress.end();
  }
}

function told(error: unknown, database: string, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: `loading was interrupted; ${database} is what it was`, next: 'coog db:load' },
    { exitCode: ExitCode.failed, cause: error },
  );
}

/** @throws ProblemError BACKUP_TOO_NEW, PASSPHRASE_DIFFERS (exit code 2) */
function requireFit(
  { plan }: Target,
  connection: Connection,
  { manifest, path, ignorePassphrase }: { manifest: Manifest | undefined; path: string; ignorePassphrase: boolean },
): void {
  if (!manifest) return;
  const own = Math.floor(connection.version / 10_000);
  const theirs = Number.parseInt(manifest.server, 10);
  const place = { file: path };
  if (theirs > own)
    throw new ProblemError({
      code: 'BACKUP_TOO_NEW',
      title: `the backup comes from PostgreSQL ${theirs}, and the server has ${own}; nothing was changed`,
      place,
      next: `coog config:set IMAGE_VERSION_POSTGRES=${theirs}-alpine on a new data folder`,
    });
  const fingerprint = passphraseFingerprint(plan);
  if (manifest.passphraseFingerprint && manifest.passphraseFingerprint !== fingerprint && !ignorePassphrase)
    throw new ProblemError({
      code: 'PASSPHRASE_DIFFERS',
      title: 'the backup was made with another COOG_PASSPHRASE: its encrypted columns could not be read here',
      detail: 'Nothing was changed. The value itself is not in the backup; the project that it comes from has it.',
      place,
      next: 'coog config:set COOG_PASSPHRASE -, or add --ignore-passphrase',
    });
}

async function intentOf(
  target: Target,
  path: string,
  manifest: Manifest | undefined,
  context: DatabaseContext,
): Promise<Intent> {
  const { database, server } = target;
  const now = context.now();
  const before = await existing(target);
  const size = before?.bytes === undefined ? '' : ` (${formatBytes(before.bytes)})`;
  const from = manifest
    ? `${manifest.database} of ${manifest.project}, ${formatAge(new Date(manifest.created), now)} old, ${Object.keys(manifest.tables).length} tables`
    : 'no manifest';
  return {
    lines: [
      before
        ? `${database}${size} on ${server.kind === 'bundled' ? 'the server of this project' : server.host} will be replaced; it is kept, and coog db:undo brings it back`
        : `${database} does not exist on the server and will be made`,
      `by ${path} (${from})`,
    ],
    question: `Replace ${database}?`,
  };
}
