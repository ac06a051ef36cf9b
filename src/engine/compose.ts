import type { Readable } from 'node:stream';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { engineProblem, targetOf } from './docker-problem.ts';
import type { Engine } from './engine.ts';
import { shareInterrupts } from './interrupt.ts';
import { exitCodeOf, KILL_DELAY, type RunResult, runProcess } from './run.ts';

export interface ComposeOptions {
  /** `inherit`: Compose owns our terminal. `stderr`: the same with its standard output on our standard error. */
  readonly stdio: 'inherit' | 'stderr' | 'pipe';
  readonly input?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface ComposeResult extends RunResult {
  /** The signal that coog received while Compose ran; Compose was let finish before this was told. */
  readonly interrupted?: NodeJS.Signals;
  /** A second signal came in, too: Compose had only seconds left to kill its containers, and versions differ in whether it does. */
  readonly insisted?: boolean;
}

/**
 * Runs `docker compose ARGS` in the project's folder, whose `.env` names the project and its files. A failure is in the
 * result, nothing is thrown. With `inherit` and `stderr` the output is not kept (`stdout`, `stderr` and `all` are empty)
 * and an interrupt is left to Compose: the first stops, the second kills. Arguments are seen by every user of the
 * machine: no secrets in them.
 */
export async function runCompose(
  engine: Engine,
  folder: string,
  args: readonly string[],
  options: ComposeOptions,
): Promise<ComposeResult> {
  // Compose 2.26 takes a compose file of a parent folder before it reads COMPOSE_FILE of our .env, unless it is told the folder.
  const command = [...engine.compose.command, '--project-directory', folder, ...args];
  const { stdio, ...rest } = options;
  if (stdio === 'pipe') return runProcess(command, { ...rest, env: composeEnvironment(engine, folder), folder });
  return runOnTerminal(command, composeEnvironment(engine, folder), folder, options);
}

/** As `runCompose` with its output kept. Throws ProblemError COMPOSE_FAILED (exit code 1) when it fails. */
export async function requireCompose(
  engine: Engine,
  folder: string,
  args: readonly string[],
  options: Omit<ComposeOptions, 'stdio'> = {},
): Promise<ComposeResult> {
  const result = await runCompose(engine, folder, args, { ...options, stdio: 'pipe' });
  if (result.exitCode === 0) return result;
  throw new ProblemError(composeProblem(engine, folder, args, result), { exitCode: ExitCode.failed });
}

/** What a Compose that failed is told as. */
export function composeProblem(engine: Engine, folder: string, args: readonly string[], result: RunResult): Problem {
  const command = [...engine.compose.command, args[0] ?? ''].join(' ');
  const unreachable = result.missing ? undefined : engineProblem(result, targetOf(engine.env));
  return (
    unreachable ?? {
      code: 'COMPOSE_FAILED',
      title: `${command} ended with exit code ${result.exitCode}`,
      detail: result.timedOut ? 'It did not end in time.' : result.stderr.trim() || result.stdout.trim(),
      place: { file: folder },
      next: 'coog status',
    }
  );
}

// Compose tells relative paths from PWD, and 1.29.2 lets `${PWD}` in a file mean it. The menu of 2.40 puts the terminal
// into raw mode, where a second Ctrl-C is lost.
const composeEnvironment = (engine: Engine, folder: string): Record<string, string> => ({
  ...engine.env,
  PWD: folder,
  COMPOSE_MENU: 'false',
});

async function runOnTerminal(
  command: readonly string[],
  env: Record<string, string>,
  folder: string,
  options: ComposeOptions,
): Promise<ComposeResult> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  // Heard before the child is there, so that no signal falls between: it is dealt with once this function waits.
  const interrupts = shareInterrupts({ kill: (signal) => child.kill(signal) });
  const child = execa(file, args, {
    env,
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
      ...(interrupted === undefined ? {} : { interrupted, insisted: interrupts.insisted() }),
    };
  } finally {
    interrupts.release();
  }
}
