import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { exitCodeOf } from './run.ts';

export interface StreamOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Written to standard input before anything else. */
  readonly preamble?: string;
  /**
   * Handed to standard input to its end, and destroyed. Absent: standard input stays open as long as the process lives,
   * so that its end tells the process that we are gone.
   */
  readonly input?: Readable;
  /**
   * Gets standard output and is left open: only who knows the exit code can say that it is whole. A number is a file
   * descriptor, which the process writes to by itself. Absent: thrown away.
   */
  readonly output?: Writable | number;
  /** Another pipe that the process writes to, which is handed to `output` in the place of standard output. */
  readonly source?: Readable;
  readonly onStderr?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte in or out after which the process is ended. */
  readonly stallTimeout?: number;
}

export interface StreamResult {
  /** 127 when the program does not exist, 126 when it cannot be run, 128 + n when signal n ended it. */
  readonly exitCode: number;
  /** The end of what it printed, at most 16 Ki characters. */
  readonly stderr: string;
  readonly missing: boolean;
  readonly cancelled: boolean;
  readonly stalled: boolean;
  /** The process ended before it had read all of `input`. */
  readonly unread: boolean;
}

/** Milliseconds between SIGTERM and SIGKILL. */
const KILL_DELAY = 5_000;
const STDERR_KEPT = 16_384;

/**
 * Runs a program whose data is not kept but passed on, with back-pressure, in constant memory. It is in a process group of
 * its own: Ctrl-C reaches us alone, and `signal` says what becomes of the program. A failure of the program is in the
 * result. Throws the error of `input` or `output`, once the program has been ended; it is told by SIGTERM, never by an
 * early end of its input, which it could take for the whole.
 */
export async function streamProcess(command: readonly string[], options: StreamOptions): Promise<StreamResult> {
  const { output, signal } = options;
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    env: { ...options.env },
    stdio: ['pipe', typeof output === 'number' ? output : output && !options.source ? 'pipe' : 'ignore', 'pipe'],
    detached: true,
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
  });
  const source = options.source ?? child.stdout;
  const ending = stoppable(child, source);
  const ended = endOf(child);
  const stderr = keepStderr(child, options.onStderr);
  const cancel = (): void => ending.stop();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const passed = typeof output === 'object' && source ? passOn(source, output, ending.fail) : undefined;
  const fed = feed(child, options, ending.fail);
  const watch = watchForStall(child, source, options.stallTimeout, ending.stop);
  try {
    const { code, error, endedBy } = await ended;
    if (code === 0 && options.source) await Promise.race([passed?.end, ending.failed]);
    const failure = ending.failure();
    if (failure) throw failure;
    return {
      exitCode: exitCodeOf({ exitCode: code ?? undefined, code: error?.code, signal: endedBy ?? undefined }),
      stderr: stderr(),
      missing: error?.code === 'ENOENT',
      cancelled: signal?.aborted ?? false,
      stalled: watch.stalled(),
      unread: fed.unread(),
    };
  } finally {
    signal?.removeEventListener('abort', cancel);
    watch.end();
    ending.release();
    passed?.release();
    options.source?.destroy();
    fed.release();
  }
}

interface Ended {
  readonly code: number | null;
  readonly endedBy?: NodeJS.Signals | null;
  readonly error?: NodeJS.ErrnoException;
}

/** After `close`, not `exit`: then all that it wrote has been handed on. */
const endOf = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code, endedBy) => resolve({ code, endedBy }));
  });

function stoppable(child: ChildProcess, source: Readable | null) {
  let failure: Error | undefined;
  const { promise: failed, resolve: tellFailed } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (timer) return;
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => killGroup(child, 'SIGKILL'), KILL_DELAY);
    // What nobody takes any more would keep the process, and its end, waiting.
    source?.unpipe();
    source?.resume();
  };
  return {
    stop,
    fail: (error: Error): void => {
      failure ??= error;
      stop();
      tellFailed();
    },
    failed,
    failure: () => failure,
    release: () => clearTimeout(timer),
  };
}

/** Its children too: one that outlives it keeps the pipes, and so us, waiting. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function passOn(source: Readable, output: Writable, fail: (error: Error) => void) {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const closed = (): void => fail(output.errored ?? new Error('the target was closed while data came in'));
  source.once('error', fail);
  source.once('end', resolve);
  output.once('error', fail);
  output.once('close', closed);
  if (output.destroyed) closed();
  else source.pipe(output, { end: false });
  return {
    end,
    release: () => {
      output.off('error', fail);
      output.off('close', closed);
    },
  };
}

function feed(child: ChildProcess, { preamble, input }: StreamOptions, fail: (error: Error) => void) {
  const target = child.stdin;
  let broken = false;
  // The program may end before it has read everything; its exit code says what that means.
  target?.on('error', () => {
    broken = true;
    input?.unpipe();
  });
  if (preamble !== undefined) target?.write(preamble);
  const closed = (): void => {
    if (!input?.readableEnded) fail(input?.errored ?? new Error('the source was closed before its end'));
  };
  input?.once('error', fail);
  input?.once('close', closed);
  if (input?.destroyed) closed();
  else if (target) input?.pipe(target);
  return {
    unread: () => input !== undefined && (broken || !input.readableEnded),
    release: () => {
      input?.off('close', closed);
      // An error that comes later is nobody's business, but would end the process.
      input?.on('error', () => undefined);
      input?.destroy();
      target?.destroy();
    },
  };
}

function keepStderr(child: ChildProcess, onLine: ((line: string) => void) | undefined): () => string {
  let tail = '';
  let line = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_KEPT);
    const lines = (line + text).split('\n');
    line = (lines.pop() ?? '').slice(-STDERR_KEPT);
    for (const whole of lines) onLine?.(whole);
  });
  child.stderr?.once('end', () => {
    if (line !== '') onLine?.(line);
  });
  return () => tail.trim();
}

function watchForStall(child: ChildProcess, source: Readable | null, limit: number | undefined, stop: () => void) {
  if (limit === undefined) return { stalled: () => false, end: () => undefined };
  let stalled = false;
  let moved = -1;
  let since = performance.now();
  const timer = setInterval(
    () => {
      const now = bytesOf(child.stdin, 'bytesWritten') + bytesOf(source, 'bytesRead');
      if (now !== moved) since = performance.now();
      moved = now;
      if (performance.now() - since < limit) return;
      stalled = true;
      stop();
    },
    Math.min(1_000, Math.ceil(limit / 4)),
  );
  return { stalled: () => stalled, end: () => clearInterval(timer) };
}

/** The pipes of a child are sockets, which count. */
const bytesOf = (stream: unknown, counter: 'bytesRead' | 'bytesWritten'): number =>
  (stream as Record<string, number> | null)?.[counter] ?? 0;
