import type { Readable } from 'node:stream';

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly input?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
  /** Milliseconds; the process gets SIGTERM then, and SIGKILL ten seconds later. */
  readonly timeout?: number;
}

export interface RunResult {
  /** 127 when the program does not exist, 126 when it cannot be run, 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, in the order in which they were written. */
  readonly all: string;
  readonly missing: boolean;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
}

/** Milliseconds between SIGTERM and SIGKILL: Compose stops containers on SIGTERM. */
export const KILL_DELAY = 10_000;

/** Runs a program to its end with its output kept; a failure is in the result, nothing is thrown. */
export async function runProcess(command: readonly string[], options: RunOptions): Promise<RunResult> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  const result = await execa(file, args, {
    env: { ...options.env },
    extendEnv: false,
    reject: false,
    all: true,
    forceKillAfterDelay: KILL_DELAY,
    maxBuffer: Number.MAX_SAFE_INTEGER,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
  return {
    exitCode: exitCodeOf(result),
    stdout: result.stdout,
    stderr: result.stderr,
    all: result.all,
    missing: result.code === 'ENOENT',
    timedOut: result.timedOut,
    cancelled: result.isCanceled,
  };
}

/** A shell's exit code for what execa reports. */
export function exitCodeOf(result: {
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
}): number {
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.code === 'ENOENT') return 127;
  if (result.signal !== undefined) return 128 + (SIGNAL_NUMBERS[result.signal] ?? 0);
  return 126;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };
