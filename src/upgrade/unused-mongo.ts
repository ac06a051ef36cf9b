import { ProblemError } from '../shared/problem.ts';

const UNUSED = ['MONGO_NOT_USED', 'MONGO_EMPTY'];

/** A project without MongoDB, or with nothing in it, has nothing to back up there. Anything else is thrown on. */
export function isUnused(error: unknown): undefined {
  if (error instanceof ProblemError && error.problems.every(({ code }) => UNUSED.includes(code))) return undefined;
  throw error;
}
