import { ExitCode, type Problem, ProblemError } from '../../../shared/problem.ts';
import type { Program, ProgramResult } from './types.ts';

/** @throws ProblemError DB_PROGRAM_FAILED or DB_PROGRAM_STALLED (exit code 1) unless the program ended well */
export function requireSuccess(program: Program, result: ProgramResult): void {
  if (result.exitCode === 0 && !result.stalled && !result.cancelled) return;
  throw new ProblemError(programProblem(program, result), { exitCode: ExitCode.failed });
}

/** As the server tells it, in the words of its C library. */
const NO_SPACE = /ERROR:.*No space left on device/;

/** What a client program that did not end well is told as. */
export function programProblem(program: Program, { exitCode, stderr, stalled, cancelled }: ProgramResult): Problem {
  if (stalled)
    return {
      code: 'DB_PROGRAM_STALLED',
      title: `${program} was ended: no data went through for too long`,
      detail: stderr,
      next: 'coog status',
    };
  if (NO_SPACE.test(stderr))
    return {
      code: 'DB_DISK_FULL',
      title: `the server's disk is full: ${program} ended with exit code ${exitCode}`,
      detail: stderr,
      next: 'coog db:prune --previous-days 0 --yes removes replaced databases',
    };
  const how = cancelled
    ? 'was interrupted'
    : exitCode === 125
      ? 'could not be started'
      : `ended with exit code ${exitCode}`;
  return { code: 'DB_PROGRAM_FAILED', title: `${program} ${how}`, detail: stderr, next: 'coog status' };
}
