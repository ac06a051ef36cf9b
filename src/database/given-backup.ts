import { ExitCode, ProblemError } from '../shared/problem.ts';
import { type Manifest, type OpenedArchive, openArchive, readManifest, verifyHash } from './archive/index.ts';
import { passphraseFingerprint } from './backups.ts';
import type { DatabaseContext } from './context.ts';
import { requireSpace } from './prepare.ts';
import { readWithClient } from './restore.ts';
import { type ClientPrograms, type Connection, clientFor } from './server/index.ts';
import type { Target } from './target.ts';

export interface GivenOptions {
  /** Identity files of age. */
  readonly identities: readonly string[];
  readonly ignorePassphrase: boolean;
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

/**
 * Opens a backup for a server, and looks whether it fits it. Reads its beginning only.
 * @throws ProblemError (2) those of `openArchive`, `clientFor`, BACKUP_TOO_NEW, PASSPHRASE_DIFFERS, DB_DISK_FULL
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
  requireFit(target, connection, { manifest, path, ignorePassphrase: options.ignorePassphrase });
  await requireSpace(target, Math.ceil((manifest?.databaseBytes ?? archive.size * 3) * ROOM));
  return { path, manifest, archive, client };
}

/** Reads a backup to its end: its digests, then the real client. @throws ProblemError BACKUP_DAMAGED (2) */
export async function verifyBackupFile(given: OpenedBackup, context: DatabaseContext): Promise<void> {
  const { path, manifest, archive, client } = given;
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
    throw interrupted(error, 'the database', context);
  } finally {
    progress.end();
  }
}

/** An interrupt is told as one, whatever it broke off. */
export function interrupted(error: unknown, database: string, { signal }: DatabaseContext): unknown {
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
