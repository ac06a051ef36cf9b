import { describe, expect, it } from 'vitest';
import { closestVariable } from '../../../src/configuration/index.ts';
import { closest } from '../../../src/shared/closest.ts';
import { ExitCode, formatPlace, type Problem, ProblemError, throwErrors } from '../../../src/shared/problem.ts';

describe('closest', () => {
  const names = ['PROJECT_HOSTNAME', 'POSTGRES_HOST', 'up', 'down', 'pull', 'logs'];
  it.each([
    ['PROJECT_HOSTNAM', 'PROJECT_HOSTNAME'],
    ['project_hostname', 'PROJECT_HOSTNAME'],
    ['POSTGRES_HOTS', 'POSTGRES_HOST'],
    ['donw', undefined],
    ['dwn', 'down'],
    ['uo', 'up'],
    ['abc', undefined],
    ['', undefined],
    ['SOMETHING_ELSE', undefined],
  ])('%j is %s', (word, expected) => {
    expect(closest(word, names)).toBe(expected);
  });

  it('takes the nearest, the first of equals', () => {
    expect(closest('aaaaac', ['aaaabb', 'aaaaab', 'aaaaad'])).toBe('aaaaab');
  });

  it('of names that differ by case alone takes the one of the same case', () => {
    expect(closest('cooog', ['COOG', 'coog'])).toBe('coog');
    expect(closest('COOOG', ['coog', 'COOG'])).toBe('COOG');
  });

  it('of variables sees through CUSTOM_', () => {
    const names = ['CUSTOM_POSTGRES_HOST', 'PROJECT_HOSTNAME', 'CUSTOM_SFTP_PORT'];
    expect(closestVariable('POSTGRES_HOSTT', names)).toBe('CUSTOM_POSTGRES_HOST');
    expect(closestVariable('CUSTOM_PROJECT_HOSTNAM', names)).toBe('PROJECT_HOSTNAME');
    expect(closestVariable('CUSTOM_NOTHING_LIKE_IT', names)).toBeUndefined();
  });
});

describe('problems', () => {
  const error: Problem = { code: 'E', title: 'wrong' };
  const warning: Problem = { code: 'W', title: 'odd', severity: 'warning' };

  it('that are warnings alone are handed back', () => {
    expect(throwErrors([warning])).toEqual([warning]);
    expect(throwErrors([])).toEqual([]);
  });

  it('are thrown all together, errors first, and mean that nothing was changed', () => {
    try {
      throwErrors([warning, error, { ...error, code: 'E2' }]);
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ProblemError);
      expect((thrown as ProblemError).problems.map((p) => p.code)).toEqual(['E', 'E2', 'W']);
      expect((thrown as ProblemError).exitCode).toBe(ExitCode.refused);
      expect((thrown as ProblemError).message).toBe('E: wrong\nE2: wrong\nW: odd');
    }
  });

  it('keep their cause and their exit code', () => {
    const cause = new Error('x');
    const thrown = new ProblemError(error, { exitCode: ExitCode.failed, cause });
    expect([thrown.cause, thrown.exitCode, thrown.problems]).toEqual([cause, 1, [error]]);
    expect('cause' in new ProblemError(error)).toBe(false);
  });

  it.each([
    [{ file: 'f' }, 'f'],
    [{ file: 'f', line: 3 }, 'f:3'],
    [{ file: 'f', line: 3, column: 5 }, 'f:3:5'],
    [{ file: 'f', column: 5 }, 'f'],
  ])('%j is the place %s', (place, expected) => {
    expect(formatPlace(place)).toBe(expected);
  });
});
