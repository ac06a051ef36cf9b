/**
 * A problem is what coog tells a person when something is not as it must be: a stable code, a title, what was found and
 * where, and one command to run next. Problems are data; `ProblemError` carries one or more of them out of a function.
 */

/** Where a problem was found. `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Problem {
  /** Stable, upper case with underscores; documented in docs/problems.md. */
  readonly code: string;
  readonly title: string;
  /** What was found; never holds the value of a secret. */
  readonly detail?: string;
  readonly place?: Place;
  /** One command, or one sentence where no command can help. */
  readonly next?: string;
  /** A warning is told and does not stop. */
  readonly severity?: 'error' | 'warning';
}

/** What the process ends with. 3 is drift or an update found by a `--check`. */
export const ExitCode = { done: 0, failed: 1, refused: 2, drift: 3 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Carries problems; `exitCode` 2 (the default) says that nothing was changed. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;

  constructor(problems: Problem | readonly Problem[], options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(
      list.map((p) => `${p.code}: ${p.title}`).join('\n'),
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.problems = list;
    this.exitCode = options.exitCode ?? ExitCode.refused;
  }
}

export const isWarning = (problem: Problem): boolean => problem.severity === 'warning';

/** Throws all errors at once; hands back the warnings. */
export function throwErrors(problems: readonly Problem[]): Problem[] {
  const errors = problems.filter((p) => !isWarning(p));
  if (errors.length > 0) throw new ProblemError([...errors, ...problems.filter(isWarning)]);
  return [...problems];
}

export function formatPlace(place: Place): string {
  const line = place.line === undefined ? '' : `:${place.line}`;
  const column = place.line === undefined || place.column === undefined ? '' : `:${place.column}`;
  return `${place.file}${line}${column}`;
}
