import { Readable } from 'node:stream';

/** What data comes from. A chunk must not be changed after it was handed over. */
export type Source = Readable | AsyncIterable<Uint8Array>;

/**
 * A source that is read a little later. A stream that fails until then tells it when it is read; without a listener the event
 * would end the process.
 */
export function held<S extends Source>(source: S): S {
  if (source instanceof Readable) source.on('error', () => undefined);
  return source;
}

/**
 * The chunks of a source. An abort is felt at once, also while the source stalls, and ends the source.
 * @throws the reason of the signal
 */
export async function* pull(source: Source, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const step = await nextOrAbort(iterator, signal);
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } finally {
    if (!ended) {
      if (source instanceof Readable) source.on('error', () => undefined).destroy();
      // Not waited for: the return of a generator that stalls never comes.
      void iterator.return?.().catch(() => undefined);
    }
  }
}

/** One listener a step, taken off again: a promise that lives as long as the signal would keep every step in memory. */
function nextOrAbort<T>(iterator: AsyncIterator<T>, signal?: AbortSignal): Promise<IteratorResult<T>> {
  if (!signal) return iterator.next();
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', onAbort);
    iterator.next().then(
      (step) => {
        settled();
        resolve(step);
      },
      (error: unknown) => {
        settled();
        reject(error as Error);
      },
    );
  });
}

/** Any source as a Readable of bytes. */
export const asReadable = (source: AsyncIterable<Uint8Array>): Readable =>
  Readable.from(source, { objectMode: false, highWaterMark: 1024 * 1024 });

/** Passes chunks on and tells how many bytes there were so far. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  onRead: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    onRead?.(bytes);
    yield chunk;
  }
}

/** Joins small chunks, so that what follows is called once for many of them. */
export async function* batched(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    batch.push(chunk);
    bytes += chunk.length;
    if (bytes < size) continue;
    yield Buffer.concat(batch, bytes);
    batch = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(batch, bytes);
}
