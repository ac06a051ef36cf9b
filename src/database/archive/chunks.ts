import { openInput } from './input.ts';

/** Bytes that are read at once; while they are used the next are read. */
const CHUNK = 1024 * 1024;

/** The content of files, one behind the other. Two buffers in turn: a chunk is valid until the next one is asked for. */
export async function* chunksOf(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  const buffers: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)];
  for (const path of paths) yield* chunksOfFile(path, buffers);
}

async function* chunksOfFile(path: string, buffers: [Buffer, Buffer]): AsyncGenerator<Uint8Array> {
  const handle = await openInput(path);
  let reading = handle.read(buffers[0], 0, CHUNK, 0);
  try {
    for (let turn = 0, at = 0; ; turn = 1 - turn) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const chunk = (buffers[turn] as Buffer).subarray(0, bytesRead);
      at += bytesRead;
      reading = handle.read(buffers[1 - turn] as Buffer, 0, CHUNK, at);
      reading.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}
