import type { Writable } from 'node:stream';
import { ProblemError } from '../shared/problem.ts';
import {
  type BackupFacts,
  type Committed,
  createArchive,
  createFolderArchive,
  type Expected,
  openArchive,
  readBackFailure,
  type Verification,
  writeStream,
} from './archive/index.ts';
import type { DatabaseContext } from './context.ts';
import { type DumpSource, fillFolder, whileDumping } from './dump-source.ts';
import { whileWatched } from './folder-watch.ts';
import { readWithClient } from './restore.ts';

/** Where a dump goes. Call `abort` in a `finally`: behind `commit` it does nothing. */
export interface DumpOutput {
  /** @throws ProblemError (1); nothing has the final name */
  write(source: DumpSource, context: DatabaseContext): Promise<Expected>;
  abort(): Promise<void>;
  /** Undefined where it goes to somebody else, who alone can read it back. */
  readonly kept?: {
    /** @throws ProblemError (1) when what can be read is not what was written */
    readBack(source: DumpSource, written: Expected, context: DatabaseContext): Promise<void>;
    /** @throws ProblemError BACKUP_EXISTS when somebody took the name meanwhile */
    commit(facts: BackupFacts, verified: Verification): Promise<Committed>;
  };
}

interface Target {
  /** Absolute. */
  readonly path: string;
  /** That must be free for it. */
  readonly expectedBytes: number;
}

export function toStream(stdout: Writable, encryptTo: readonly string[]): DumpOutput {
  return {
    write: (source, context) =>
      whileDumping(source, context, (dump) => writeStream(dump, stdout, { ...pumping(context), encryptTo })),
    abort: async () => undefined,
  };
}

/** @throws ProblemError (2) where the target is refused */
export async function toFile({ path, expectedBytes }: Target, encryptTo: readonly string[]): Promise<DumpOutput> {
  const archive = await createArchive({ path, encryptTo, expectedBytes });
  return {
    write: (source, context) => whileDumping(source, context, (dump) => archive.write(dump, pumping(context))),
    abort: () => archive.abort(),
    kept: {
      readBack: (_, { size }, context) => {
        context.progress.begin('reading it back', size);
        return archive.readBack(pumping(context));
      },
      commit: (facts, verified) => archive.commit(facts, verified),
    },
  };
}

/** A folder of files that pg_dump fills over several connections. @throws ProblemError (2) where the target is refused */
export async function toFolder({ path, expectedBytes }: Target, jobs: number): Promise<DumpOutput> {
  const archive = await createFolderArchive(path, expectedBytes);
  const folder = archive.unfinished;
  // It is hashed by what can be read; whether that is a dump only pg_restore knows.
  const read = async ({ client }: DumpSource, context: DatabaseContext): Promise<void> => {
    try {
      await readWithClient(path, await openArchive(folder), client, context);
    } catch (error) {
      throw error instanceof ProblemError ? readBackFailure(path, error) : error;
    }
  };
  return {
    write: async (source, context) => {
      await whileWatched({ folder, path, ...pumping(context) }, (signal) =>
        fillFolder(source, { folder, jobs, signal }),
      );
      context.progress.begin('reading it back');
      // Both to their ends: nobody reads any more in what is then removed.
      const [sealing, reading] = [archive.seal(pumping(context)), read(source, context)];
      await Promise.allSettled([sealing, reading]);
      await reading;
      return sealing;
    },
    abort: () => archive.abort(),
    kept: {
      // Done beside the hashing.
      readBack: async () => undefined,
      commit: (facts, verified) => archive.commit(facts, verified),
    },
  };
}

const pumping = ({ signal, progress }: DatabaseContext) => ({
  signal,
  onProgress: (bytes: number) => progress.advance(bytes),
});
