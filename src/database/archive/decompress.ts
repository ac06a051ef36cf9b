import { pipeline, type Readable } from 'node:stream';
import type { ZstdDecompress } from 'node:zlib';
import { damaged } from './damage.ts';
import { asReadable, counted } from './pull.ts';

/** Bytes of a stream's buffer: with Node's 16 KiB decompression is half as fast. */
export const CHUNK = 256 * 1024;

/**
 * Decompresses gzip, also several one behind the other. Checked against the checksum in it; ends with an error when the data is
 * cut off or goes on behind its end.
 */
export async function* gunzipped(source: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip({ chunkSize: CHUNK });
  let fed = 0;
  const input = counted(source, (bytes) => {
    fed = bytes;
  });
  const joined: Readable = pipeline(asReadable(input), gunzip, () => undefined);
  yield* joined as AsyncIterable<Buffer>;
  if (gunzip.bytesWritten !== fed) throw damaged(path, 'there is something behind the end of the gzip data');
}

/**
 * Decompresses zstd, also several frames one behind the other, which Node by itself reads only the first of. Ends with an error
 * when the data is cut off, when something else is behind it, and when it does not fit its checksum where it has one.
 */
export async function* unzstded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { constants, createZstdDecompress } = await import('node:zlib');
  // What `zstd --long=31` made needs more than the 128 MiB that are allowed by default.
  const options = { chunkSize: CHUNK, params: { [constants.ZSTD_d_windowLogMax]: 31 } };
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  const feed = async (frame: ZstdDecompress): Promise<void> => {
    for (;;) {
      const chunk = rest ?? (await nextOf(chunks));
      rest = undefined;
      if (!chunk) return void frame.end();
      const before = frame.bytesWritten;
      await new Promise((resolve) => void frame.write(chunk, resolve));
      if (frame.destroyed) return;
      const used = frame.bytesWritten - before;
      // The frame ended within the chunk.
      if (used < chunk.length) {
        rest = chunk.subarray(used);
        return;
      }
    }
  };
  try {
    for (let more = true; more; more = rest !== undefined) {
      const frame = createZstdDecompress(options);
      const feeding = feed(frame).catch((error: Error) => void frame.destroy(error));
      yield* frame as AsyncIterable<Buffer>;
      await feeding;
      frame.destroy();
    }
  } finally {
    await chunks.return?.();
  }
}

const nextOf = async (chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> => {
  const step = await chunks.next();
  return step.done ? undefined : step.value;
};
