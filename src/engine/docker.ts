import { ExitCode, ProblemError } from '../shared/problem.ts';
import { dockerProblem, targetOf } from './docker-problem.ts';
import type { DockerAccess } from './engine.ts';
import { type RunOptions, type RunResult, runProcess } from './run.ts';

/** Milliseconds for what only reads: an engine that hangs is told, not waited for. */
export const READ_TIMEOUT = 60_000;

export type DockerOptions = Omit<RunOptions, 'env'>;

/** Runs `docker ARGS`; a failure is in the result, nothing is thrown. */
export function tryDocker(
  access: DockerAccess,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<RunResult> {
  const { env, signal } = access;
  return runProcess(['docker', ...args], { ...(signal ? { signal } : {}), ...options, env });
}

/** Runs `docker ARGS`. Throws ProblemError (exit code 1) when it fails. */
export async function docker(
  access: DockerAccess,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<RunResult> {
  const result = await tryDocker(access, args, options);
  if (result.exitCode !== 0) throw dockerError(access, args, result);
  return result;
}

/** Runs `docker ARGS` and reads its output as one JSON document. Throws ProblemError. */
export async function dockerJson<T>(
  access: DockerAccess,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<T> {
  return JSON.parse((await docker(access, args, options)).stdout) as T;
}

/** Runs `docker ARGS` and hands back its lines that are not empty. Throws ProblemError. */
export async function dockerLines(
  access: DockerAccess,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<string[]> {
  return (await docker(access, args, options)).stdout.split('\n').filter((line) => line.trim() !== '');
}

/**
 * `docker inspect --type TYPE` of all names in one call. What vanished between listing and inspecting is left out.
 * Throws ProblemError for every other failure.
 */
export async function dockerInspect<T>(
  access: DockerAccess,
  type: 'container' | 'network' | 'image',
  names: readonly string[],
): Promise<T[]> {
  if (names.length === 0) return [];
  const args = [type, 'inspect', ...names];
  const result = await tryDocker(access, args, { timeout: READ_TIMEOUT });
  if (result.exitCode !== 0 && !isOnlyAbsence(result.stderr)) throw dockerError(access, args, result);
  return JSON.parse(result.stdout.trim() || '[]') as T[];
}

/** Whether every line of Docker's complaint is that an object does not exist. */
export function isOnlyAbsence(stderr: string): boolean {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.length > 0 &&
    lines.every((line) => /no such (?:object|container|network|image)|network \S+ not found/i.test(line))
  );
}

/** The error for a `docker` command that failed (exit code 1). */
export function dockerError(access: DockerAccess, args: readonly string[], result: RunResult): ProblemError {
  const what = `docker ${args.slice(0, 2).join(' ')}`;
  return new ProblemError(dockerProblem(what, result, targetOf(access.env)), { exitCode: ExitCode.failed });
}
