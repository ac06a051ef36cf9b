import { dirname } from 'node:path';
import { ProblemError } from '../../shared/problem.ts';
import { encryptor } from './age/encrypt.ts';
import { type Committed, commit } from './commit.ts';
import type { Digests } from './digests.ts';
import { readBackFailure, requireFreeBytes } from './disk.ts';
import type { BackupFacts, Verification } from './manifest.ts';
import { removeStalePartials } from './partial.ts';
import { publish } from './publish.ts';
import { held, type Source } from './pull.ts';
import type { PumpOptions } from './pump.ts';
import { checkTarget } from './target.ts';
import { createUnfinished } from './unfinished.ts';
import { verifyHash } from './verify.ts';

export interface ArchiveOptions {
  /** Absolute. */
  readonly path: string;
  /** 0600 when not given, whatever the umask. */
  readonly mode?: number;
  /** Recipients of age (`age1…`); none: not encrypted. */
  readonly encryptTo?: readonly string[];
  /** Bytes that must be free before anything is written. */
  readonly expectedBytes?: number;
}

/** A file that does not have its name yet. Call `abort` in a `finally`: behind `commit` it does nothing. */
export interface ArchiveWriter {
  /** The final path. */
  readonly path: string;
  /**
   * Streams into the unfinished file; once only. What comes back describes the file, so the encrypted bytes.
   * Whether the source was complete only its maker knows: check a process's exit code before `commit`.
   * @throws ProblemError DISK_FULL, BACKUP_WRITE_FAILED; what the source throws; the reason of the signal
   */
  write(source: Source, options?: PumpOptions): Promise<Digests>;
  /**
   * Flushes the unfinished file and compares it with what was written, so that a file has its name only when it was read back.
   * What the kernel still holds is not read from the disk.
   * @throws ProblemError BACKUP_WRITE_FAILED; the reason of the signal
   */
  readBack(options?: PumpOptions): Promise<void>;
  /**
   * Flushes, gives the file its name and writes the manifest beside it, when there are facts for one. A kill in the middle
   * leaves no file with the final name, or all of it; in the moment between the two names, a file without its manifest.
   * @param verified recorded in the manifest, after `readBack`
   * @throws ProblemError BACKUP_EXISTS when another took the name meanwhile; nothing of this one is left then
   */
  commit(facts?: BackupFacts, verified?: Verification): Promise<Committed>;
  /** Leaves nothing. Harmless at any time, and twice. */
  abort(): Promise<void>;
}

/**
 * Opens an unfinished file beside its target, alone and with the rights of the owner only; removes those of dead runs.
 * @throws ProblemError with exit code 2 where the target is refused (see `checkTarget`), RECIPIENT_INVALID, DISK_FULL
 */
export async function createArchive(options: ArchiveOptions): Promise<ArchiveWriter> {
  const { path, mode = 0o600, encryptTo = [], expectedBytes = 0 } = options;
  const encrypt = encryptTo.length > 0 ? await encryptor(encryptTo) : undefined;
  await checkTarget(path);
  await removeStalePartials(dirname(path));
  await requireFreeBytes(dirname(path), expectedBytes);
  const unfinished = await createUnfinished(path, mode);
  let digests: Digests | undefined;
  let started = false;
  return {
    path,
    write: async (source, pumpOptions = {}) => {
      if (started) throw new Error('an archive is written once');
      started = true;
      held(source);
      digests = await unfinished.fill(encrypt ? encrypt(source) : source, pumpOptions);
      return digests;
    },
    readBack: async (pumpOptions) => {
      if (!digests) throw new Error('an archive is written before it is read back');
      await unfinished.close();
      await verifyHash(unfinished.path, digests, pumpOptions).catch((error: unknown) => {
        throw error instanceof ProblemError ? readBackFailure(path, error) : error;
      });
    },
    commit: async (facts, verified) => {
      if (!digests) throw new Error('an archive is written before it is committed');
      const encrypted = encrypt !== undefined;
      const { close, remove } = unfinished;
      const committable = { close, remove, publish: () => publish(unfinished.path, path) };
      return commit(committable, path, facts && { ...facts, ...digests, encrypted, ...(verified && { verified }) });
    },
    abort: () => unfinished.remove(),
  };
}
