import { finished, Readable } from 'node:stream';
import { held, type Source } from './pull.ts';

export interface ZipOptions {
  /** Of the one file in the archive. */
  readonly name: string;
  /** Time of that file. */
  readonly date: Date;
  /** Of deflate, 1 to 9. */
  readonly level?: number;
}

/**
 * Wraps a stream of plain SQL into a zip archive with one file, as the scripts' `db:dump` made them. Memory does not depend
 * on the size; beyond 4 GiB it is Zip64. A source that fails makes the archive fail: it never ends as if it were complete.
 */
export function zipArchive(source: Source, options: ZipOptions): AsyncGenerator<Uint8Array> {
  return zipped(held(source), options);
}

async function* zipped(source: Source, { name, date, level = 1 }: ZipOptions): AsyncGenerator<Uint8Array> {
  const { ZipArchive } = await import('archiver');
  const archive = new ZipArchive({ zlib: { level }, forceZip64: true });
  // A stream that has ended already is none to archiver, whatever it ended with.
  if (source instanceof Readable && source.errored) throw source.errored;
  const input = source instanceof Readable ? source : Readable.from(source, { objectMode: false });
  // By itself archiver completes the archive where its source failed, and waits for one that was destroyed.
  finished(input, (error) => {
    if (error) archive.destroy(error);
  });
  archive.append(input, { name, date, mode: 0o600 });
  archive.finalize().catch(() => undefined);
  try {
    yield* archive as unknown as AsyncIterable<Uint8Array>;
  } finally {
    if (!archive.readableEnded) {
      archive.on('error', () => undefined).abort();
      input.on('error', () => undefined).destroy();
    }
  }
}
