import { expect } from 'vitest';
import type { Ended } from './coog.ts';

export interface ToldProblem {
  readonly code: string;
  readonly severity: string;
  readonly title: string;
  readonly detail?: string;
  readonly next?: string;
  readonly place?: { readonly file: string; readonly line?: number };
}

/** It ended with 0; the failure shows what coog said. */
export function thenItSucceeded(ended: Ended): void {
  expect(ended.exitCode, `${ended.stdout}\n${ended.stderr}`).toBe(0);
}

/** It ended with this exit code and told exactly these problems, in any order, by their codes. Answers them. */
export function thenItTold(ended: Ended, exitCode: 1 | 2, codes: readonly string[]): ToldProblem[] {
  const problems = problemsIn(ended);
  const told = problems.filter(({ severity }) => severity === 'error');
  expect(told.map(({ code }) => code).sort(), ended.stdout + ended.stderr).toEqual([...codes].sort());
  expect(ended.exitCode).toBe(exitCode);
  for (const { code, next } of told) expect(next, `${code} names no next step`).toBeTruthy();
  return told;
}

/** The one problem that was told. */
export function theProblem(ended: Ended, exitCode: 1 | 2, code: string): ToldProblem {
  const [problem] = thenItTold(ended, exitCode, [code]);
  if (!problem) throw new Error(`${code} was not told`);
  return problem;
}

/** Standard output of a command with --json: exactly one document. */
export function jsonOf<T>({ stdout, stderr }: Ended): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (error) {
    throw new Error(`standard output is not one JSON document:\n${stdout}\n${stderr}`, { cause: error });
  }
}

const problemsIn = (ended: Ended): ToldProblem[] => jsonOf<{ problems?: ToldProblem[] }>(ended).problems ?? [];
