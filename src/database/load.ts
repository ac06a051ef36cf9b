import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { runTasks, runTasksAfter } from '../operations/index.ts';
import { formatAge, formatBytes } from '../shared/units.ts';
import type { Manifest } from './archive/index.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { restoreDocuments } from './documents.ts';
import { dropAside } from './drop-aside.ts';
import { interrupted, openBackup, verifyBackupFile } from './given-backup.ts';
import { loadInto } from './load-into.ts';
import { withLock } from './lock.ts';
import { beginChange } from './prepare.ts';
import { receive } from './receive.ts';
import { existing, replaceBy, timeId } from './replace.ts';
import { restoreWhole } from './restore.ts';
import { type Connection, createAside } from './server/index.ts';
import { momentOf, openTarget, type Target } from './target.ts';

export interface LoadOptions {
  readonly database: string | undefined;
  /** Absolute; `-` for standard input. */
  readonly file: string;
  /** An empty database that is filled, in the place of one that is replaced: no right to make or rename is needed. */
  readonly into?: string | undefined;
  /** Whether that may be emptied first, where a load that was killed has left it half filled. */
  readonly refill?: boolean;
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

/**
 * Loads a backup: read and checked first, restored aside, compared, then swapped in. Until the swap nothing that is used is
 * touched, and the user's file is only read.
 * @throws ProblemError (2) when nothing was changed; (1) when the live database is what it was
 */
export async function loadDatabase(options: LoadOptions, context: DatabaseContext): Promise<Loaded> {
  const target = await openTarget(options.into ?? options.database, context);
  const loaded = await underLock(target, options, context);
  const kept = loaded.previous ? `; what was there is kept as ${loaded.previous}` : '';
  await runTasksAfter(momentOf(target, 'after-load'), `${loaded.database} is loaded${kept}`, context);
  return loaded;
}

function underLock(target: Target, options: LoadOptions, context: DatabaseContext): Promise<Loaded> {
  return withLock(target, 'changing', 'db:load', async (connection) => {
    if (!options.into) await beginChange(target, context);
    const how = options.into ? loadInto : load;
    if (options.file !== '-') return how(target, connection, options.file, options, context);
    const received = await receive(target.plan, options.stdin, context);
    try {
      return await how(target, connection, received, options, context);
    } finally {
      await rm(received, { force: true });
    }
  });
}

async function load(
  target: Target,
  connection: Connection,
  path: string,
  options: LoadOptions,
  context: DatabaseContext,
): Promise<Loaded> {
  const { server, database, plan } = target;
  const given = await openBackup(target, connection, path, options, context);
  const { manifest, archive, client } = given;
  await options.confirm(await intentOf(target, path, manifest, context));
  await verifyBackupFile(given, context);
  await runTasks(momentOf(target, 'before-load'), context);
  const made = await createAside(server, {
    live: database,
    id: timeId(context.now()),
    about: { at: context.now(), text: 'load' },
  });
  context.tell(made.problems);
  try {
    context.say(`Restoring beside ${database}, which goes on working`);
    const found = await restoreWhole(server, { database: made.name, archive, client, manifest }, options, context);
    const documents =
      options.filestore && manifest ? await restoreDocuments(plan, { path, manifest, database }, context) : undefined;
    context.signal.throwIfAborted();
    const { previous, swapped } = await replaceBy(target, { incoming: made.name, why: 'load' }, context);
    return { database, ...found, previous, swapped, ...(documents === undefined ? {} : { documents }) };
  } catch (error) {
    await dropAside(target, made.name, context);
    throw interrupted(error, database, context);
  }
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
