import { ProblemError } from '../shared/problem.ts';

const unless =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (error instanceof ProblemError && error.problems.every(({ code }) => codes.includes(code))) return undefined;
    throw error;
  };

/** A project without MongoDB, or with nothing in it, has nothing to back up there. Anything else is thrown on. */
export const isUnused = unless('MONGO_NOT_USED', 'MONGO_EMPTY');

/** A database of a plugin that was never made has nothing to back up. Anything else is thrown on. */
export const isAbsent = unless('DB_NOT_FOUND');
