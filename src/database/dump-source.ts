import { PassThrough } from 'node:stream';
import { type Source, zipArchive } from './archive/index.ts';
import type { DatabaseContext } from './context.ts';
import type { DumpOptions } from './dump.ts';
import { type ClientPrograms, requireSuccess } from './server/index.ts';

/** What is dumped, and how. */
export interface DumpSource {
  readonly client: ClientPrograms;
  readonly database: string;
  /** Of the exported snapshot. */
  readonly snapshot: string;
  readonly format: DumpOptions['format'];
  readonly now: Date;
}

/** Milliseconds without a byte after which pg_dump is given up. */
export const STALL = 600_000;

export const isPlain = (format: DumpOptions['format']): boolean => format === 'sql' || format === 'zip';

/** pg_dump knows zstd since 16. */
export const compressionOf = ({ major }: ClientPrograms): string => (major >= 16 ? 'zstd:1' : 'gzip:1');

/**
 * Does some work with what pg_dump writes, which fails where pg_dump fails, so that an end is an end. pg_dump and all that
 * belongs to it is gone when this is over, whatever becomes of the work.
 */
export async function whileDumping<T>(
  { client, database, snapshot, format, now }: DumpSource,
  { signal }: Pick<DatabaseContext, 'signal'>,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const output = new PassThrough({ highWaterMark: 4 * 1024 * 1024 });
  const how = isPlain(format) ? ['--format=plain', '--no-owner'] : ['--format=custom', compressing(client)];
  const over = new AbortController();
  const options = { database, output, signal: AbortSignal.any([signal, over.signal]), stallTimeout: STALL };
  const dumping = client
    .run('pg_dump', [...how, `--snapshot=${snapshot}`], options)
    .then((result) => requireSuccess('pg_dump', result))
    .then(
      () => void output.end(),
      (error: Error) => void output.destroy(error),
    );
  try {
    return await work(format === 'zip' ? zipArchive(output, { name: `${database}.sql`, date: now }) : output);
  } finally {
    over.abort();
    await dumping;
  }
}

/** Has pg_dump fill an empty folder over several connections. @throws ProblemError DB_PROGRAM_FAILED (1) */
export async function fillFolder(
  { client, database, snapshot }: DumpSource,
  { folder, jobs, signal }: { folder: string; jobs: number; signal: AbortSignal },
): Promise<void> {
  const args = ['--format=directory', compressing(client), `--snapshot=${snapshot}`];
  requireSuccess('pg_dump', await client.run('pg_dump', args, { database, folder, jobs, signal }));
}

/** Before 16 the option takes a level only. */
const compressing = (client: ClientPrograms): string => `--compress=${compressionOf(client).replace('gzip:', '')}`;
