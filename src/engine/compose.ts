import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { engineProblem, targetOf } from './docker-problem.ts';
import type { Engine } from './engine.ts';
import { type Endings, runForeground } from './foreground.ts';
import { type RunResult, runProcess } from './run.ts';
import { type StreamOptions, type StreamResult, streamProcess } from './stream.ts';
import { runOnTerminal, type TerminalOptions, type TerminalResult } from './terminal.ts';

export interface ComposeOptions extends Omit<TerminalOptions, 'stdio'> {
  /** `inherit` and `stderr` as on a terminal; `pipe`: its output is kept. */
  readonly stdio: TerminalOptions['stdio'] | 'pipe';
}

export type ComposeResult = TerminalResult;

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
  const command = commandOf(engine, folder, args);
  const { stdio, ...rest } = options;
  const env = composeEnvironment(engine, folder);
  if (stdio === 'pipe') return runProcess(command, { ...rest, env, folder });
  return runOnTerminal(command, { ...rest, stdio, env, folder });
}

/** Runs Compose's `up` on our terminal until the services have ended, or were ended by an interrupt. */
export const foregroundCompose = (
  engine: Engine,
  folder: string,
  args: readonly string[],
  endings: Endings,
): Promise<ComposeResult> =>
  runForeground(commandOf(engine, folder, args), { env: composeEnvironment(engine, folder), folder }, endings);

// Compose 2.26 takes a compose file of a parent folder before it reads COMPOSE_FILE of our .env, unless it is told the folder.
const commandOf = (engine: Engine, folder: string, args: readonly string[]): string[] => [
  ...engine.compose.command,
  ...['--project-directory', folder],
  ...args,
];

/** As `runCompose`, with its output handed on as it comes and nothing kept; `signal` ends it. */
export function streamCompose(
  engine: Engine,
  folder: string,
  args: readonly string[],
  options: Omit<StreamOptions, 'env' | 'folder'>,
): Promise<StreamResult> {
  const command = commandOf(engine, folder, args);
  return streamProcess(command, { ...options, env: composeEnvironment(engine, folder), folder });
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
