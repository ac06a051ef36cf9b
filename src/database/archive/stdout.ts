import type { Writable } from 'node:stream';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { encryptor } from './age/encrypt.ts';
import type { Digests } from './digests.ts';
import { held, type Source } from './pull.ts';
import { type PumpOptions, pump } from './pump.ts';

export interface StreamOptions extends PumpOptions {
  /** Recipients of age (`age1…`); none: not encrypted. */
  readonly encryptTo?: readonly string[];
}

/**
 * Streams to an output, by the measure in which it takes the data, and hashes as it passes. The output is not ended: it may
 * be the standard output.
 * @throws ProblemError OUTPUT_CLOSED (exit code 1) when who reads it is gone; what the source throws; the signal's reason
 */
export async function writeStream(source: Source, output: Writable, options: StreamOptions = {}): Promise<Digests> {
  const { encryptTo = [], ...pumpOptions } = options;
  held(source);
  const encrypted = encryptTo.length > 0 ? (await encryptor(encryptTo))(source) : source;
  // Each write reports its own failure; without a listener the event would end the process.
  const ignore = (): void => undefined;
  output.on('error', ignore);
  try {
    return await pump(encrypted, (batch) => writeBatch(output, batch, pumpOptions.signal), pumpOptions);
  } finally {
    output.off('error', ignore);
  }
}

async function writeBatch(output: Writable, batch: readonly Uint8Array[], signal?: AbortSignal): Promise<void> {
  for (const chunk of batch) await writeChunk(output, chunk, signal);
}

/** An abort is felt also where nobody reads the output. */
function writeChunk(output: Writable, chunk: Uint8Array, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      output.off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onClose = (): void => settle(outputClosed(new Error('it was closed')));
    const onAbort = (): void => settle(signal?.reason as Error);
    if (signal?.aborted) return onAbort();
    if (output.destroyed) return onClose();
    output.once('close', onClose);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      output.write(chunk, (error) => settle(error && outputClosed(error)));
    } catch (error) {
      // Standard output that is a file writes at once, and throws.
      settle(outputClosed(error as NodeJS.ErrnoException));
    }
  });
}

function outputClosed(error: NodeJS.ErrnoException): ProblemError {
  return new ProblemError(
    {
      code: 'OUTPUT_CLOSED',
      title: `the backup could not be written to the output completely (${error.code ?? error.message})`,
      next: 'Throw away what was received; write to a file on this machine instead.',
    },
    { exitCode: ExitCode.failed, cause: error },
  );
}
