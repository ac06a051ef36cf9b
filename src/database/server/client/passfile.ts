import { ProblemError } from '../../../shared/problem.ts';

/**
 * The one line of a passfile, which fits every host and database: libpq's `\` and `:` escaped, with its line end.
 * @throws ProblemError DB_PASSWORD_INVALID (exit code 2) for one that no such file can hold
 */
export function passLine(password: string): string {
  if (/[\0\n\r]/.test(password))
    throw new ProblemError({
      code: 'DB_PASSWORD_INVALID',
      title: 'the password of PostgreSQL holds a line break, which its client programs cannot be given',
      next: 'set another password',
    });
  return `*:*:*:*:${password.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}\n`;
}
