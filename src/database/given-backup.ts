import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { type Manifest, type OpenedArchive, openArchive, readManifest, verifyHash } from './archive/index.ts';
import type { DatabaseContext } from './context.ts';
import { requireFit } from './fit.ts';
import { requireSpace } from './prepare.ts';
import { readWithClient } from './restore.ts';
import { type ClientPrograms, type Connection, clientFor } from './server/index.ts';
import type { Target } from './target.ts';

export interface GivenOptions {
  /** Identity files of age. */
  readonly identities: readonly string[];
  readonly ignorePassphrase: boolean;
  /** The name of an empty database that is filled. */
  readonly into?: string | undefined;
  readonly client: 'container' | 'host' | undefined;
}

/** A backup that is to be loaded, with what reads it. */
export interface OpenedBackup {
  readonly path: string;
  readonly manifest: Manifest | undefined;
  readonly archive: OpenedArchive;
  readonly client: ClientPrograms;
}

/** Of the recorded size: what restoring needs while it builds indexes. */
const ROOM = 1.3;

/** What is restored goes through the write-ahead log, too, of which the server keeps some until its next checkpoint. */
async function roomFor(connection: Connection, bytes: number): Promise<number> {
  const text = `SELECT pg_size_bytes(current_setting('max_wal_size'))::float8 AS most`;
  const [row] = await connection.query<{ most: number }>(text);
  return Math.ceil(bytes * ROOM + Math.min(bytes, row?.most ?? 0));
}

/**
 * Opens a backup for a server, and looks whether it fits it. Reads its beginning only.
 * @throws ProblemError (2) those of `openArchive`, `clientFor`, `requireFit`; DB_DISK_FULL
 */
export async function openBackup(
  target: Target,
  connection: Connection,
  path: string,
  options: GivenOptions,
  context: DatabaseContext,
): Promise<OpenedBackup> {
  const { server, engine } = target;
  const manifest = await readManifest(path);
  const archive = await openArchive(path, { identities: options.identities, signal: context.signal });
  const client = await clientFor(server, engine, { client: options.client, serverVersion: connection.version });
  const { ignorePassphrase, into } = options;
  const how = { path, ignorePassphrase, into: into !== undefined };
  if (manifest) context.tell(await requireFit(target, connection, manifest, how));
  await requireSpace(target, await roomFor(connection, manifest?.databaseBytes ?? archive.size * 3));
  return { path, manifest, archive, client };
}

/**
 * Reads a backup to its end, at the same time for its digests and by the real client.
 * @throws ProblemError BACKUP_DAMAGED (2); what the digests say comes first, as they tell where
 */
export async function verifyBackupFile(given: OpenedBackup, context: DatabaseContext): Promise<void> {
  const { path, manifest, archive, client } = given;
  const { progress, signal } = context;
  if (!manifest) context.tell([withoutManifest(path)]);
  context.say('Reading the backup to its end');
  progress.begin('checking the backup', manifest?.size);
  const over = new AbortController();
  const reading = readWithClient(path, archive, client, { ...context, signal: AbortSignal.any([signal, over.signal]) });
  reading.catch(() => undefined);
  try {
    const onProgress = (bytes: number) => progress.advance(bytes);
    if (manifest) await verifyHash(path, manifest, { signal, onProgress });
    await reading;
  } catch (error) {
    over.abort();
    await reading.catch(() => undefined);
    throw interrupted(error, 'the database', context);
  } finally {
    progress.end();
  }
}

const withoutManifest = (file: string): Problem => ({
  code: 'BACKUP_WITHOUT_MANIFEST',
  severity: 'warning',
  title: 'there is no manifest beside the backup: it is read through, and its row counts cannot be compared',
  place: { file },
});

/** An interrupt is told as one, whatever it broke off. */
export function interrupted(error: unknown, database: string, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: `loading was interrupted; ${database} is what it was`, next: 'coog db:load' },
    { exitCode: ExitCode.failed, cause: error },
  );
}
