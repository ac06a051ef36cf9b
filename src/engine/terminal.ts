import type { Readable } from 'node:stream';
import { shareInterrupts } from './interrupt.ts';
import { exitCodeOf, KILL_DELAY, type RunResult } from './run.ts';

export interface TerminalOptions {
  /** `inherit`: the program owns our terminal. `stderr`: the same with its standard output on our standard error. */
  readonly stdio: 'inherit' | 'stderr';
  readonly input?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
}

interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface TerminalResult extends RunResult {
  /** The signal that coog received while the program ran; it was let finish before this was told. */
  readonly interrupted?: NodeJS.Signals;
}

/**
 * Runs a program on our own terminal. A failure is in the result, nothing is thrown; the output is not kept (`stdout`,
 * `stderr` and `all` are empty). An interrupt is left to the program.
 */
export async function runOnTerminal(
  command: readonly string[],
  { env, folder, ...options }: TerminalOptions & Place,
): Promise<TerminalResult> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  // Heard before the child is there, so that no signal falls between: it is dealt with once this function waits.
  const interrupts = shareInterrupts({ kill: (signal) => child.kill(signal) });
  const child = execa(file, args, {
    env: { ...env },
    extendEnv: false,
    cwd: folder,
    reject: false,
    buffer: false,
    forceKillAfterDelay: KILL_DELAY,
    stdout: options.stdio === 'stderr' ? 2 : 'inherit',
    stderr: 'inherit',
    ...(options.input === undefined ? { stdin: 'inherit' as const } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
  try {
    const result = await child;
    const { timedOut, isCanceled: cancelled, code } = result;
    const exitCode = exitCodeOf(result);
    // A Ctrl-C may have ended Compose before this process has heard of it; our own deadline ends it the same way.
    const endedByUs = cancelled || timedOut;
    const interrupted = interrupts.received() ?? (exitCode === 130 && !endedByUs ? 'SIGINT' : undefined);
    return {
      exitCode,
      stdout: '',
      stderr: '',
      all: '',
      missing: code === 'ENOENT',
      timedOut,
      cancelled,
      ...(interrupted === undefined ? {} : { interrupted }),
    };
  } finally {
    interrupts.release();
  }
}
