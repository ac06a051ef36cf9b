import { ProblemError } from '../shared/problem.ts';
import { openArchive, readManifest, recordVerification, verifyHash } from './archive/index.ts';
import { removeStaleClients } from './client/index.ts';
import type { DatabaseContext } from './context.ts';
import { withLock } from './lock.ts';
import { requireSpace } from './prepare.ts';
import { timeId } from './replace.ts';
import { readWithClient, restoreWhole } from './restore.ts';
import { clientFor, createAside, dropDatabase } from './server/index.ts';
import { openTarget } from './target.ts';

export interface VerifyOptions {
  readonly database: string | undefined;
  /** Absolute. */
  readonly file: string;
  readonly deep: boolean;
  readonly jobs: number;
  readonly identities: readonly string[];
}

/**
 * Checks a backup: its digests, and a full read by pg_restore; deep: restored into a scratch database and compared. The result
 * is recorded in the manifest. The live database is not touched.
 * @throws ProblemError BACKUP_DAMAGED (2), RESTORE_INCOMPLETE (1)
 */
export async function verifyBackup(options: VerifyOptions, context: DatabaseContext) {
  const { file } = options;
  const target = await openTarget(options.database, context);
  const { server, engine, plan } = target;
  const manifest = await readManifest(file);
  const record = async (failure?: string) => {
    if (!manifest) return;
    const level = options.deep ? 'deep' : 'read';
    await recordVerification(file, { at: context.now().toISOString(), level, ...(failure ? { failure } : {}) });
  };
  try {
    const archive = await openArchive(file, { identities: options.identities, signal: context.signal });
    if (manifest) {
      context.progress.begin('checking the backup', manifest.size);
      const onProgress = (bytes: number) => context.progress.advance(bytes);
      await verifyHash(file, manifest, { signal: context.signal, onProgress });
      context.progress.end();
    }
    await withLock(target, 'reading', 'db:verify', async (connection) => {
      await removeStaleClients(engine, plan.name);
      const client = await clientFor(server, engine, { serverVersion: connection.version });
      await readWithClient(file, archive, client, context);
      if (!options.deep) return;
      await requireSpace(target, manifest?.databaseBytes ?? archive.size * 3);
      const now = context.now();
      const id = `verify-${timeId(now)}-${process.pid}`;
      const made = await createAside(server, { live: target.database, id, about: { at: now, text: 'verify' } });
      try {
        context.say('Restoring into a scratch database');
        const restore = { database: made.name, archive, client, manifest };
        await restoreWhole(server, restore, { jobs: options.jobs, trust: false, analyze: false }, context);
      } finally {
        await dropDatabase(server, made.name);
      }
    });
  } catch (error) {
    const codes = error instanceof ProblemError ? error.problems.map(({ code }) => code) : [];
    if (codes.some((code) => ['BACKUP_DAMAGED', 'RESTORE_INCOMPLETE'].includes(code)))
      await record((error as Error).message);
    throw error;
  } finally {
    context.progress.end();
  }
  await record();
  return { file, deep: options.deep };
}
