import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../scripts/testing/arguments.mjs';
import { closingLine, countsOf, failureLine, failuresOf, sum, verdict } from '../../../scripts/testing/results.mjs';

const report = (passed: number, failed = 0, pending = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: 0,
  success: failed === 0,
});

describe('countsOf', () => {
  it('takes the numbers of the report', () => {
    expect(countsOf({ ...report(5, 1, 2), numTodoTests: 1 }, 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  it.each([
    ['there is no report', undefined, 1],
    ['there is no report although vitest ended well', undefined, 0],
    ['a file does not load', { ...report(5), success: false }, 1],
    ['vitest fails for another reason', report(5), 1],
  ])('counts a failure when %s', (_, given, code) => {
    expect(countsOf(given, code).failed).toBe(1);
  });
});

describe('failuresOf', () => {
  const file = (assertionResults: object[], status = 'failed', message = '') => ({
    testResults: [{ name: '/clone/test/a.test.ts', status, message, assertionResults }],
  });
  const test = (status: string, ...failureMessages: string[]) => ({
    status,
    ancestorTitles: ['up'],
    title: 'starts',
    failureMessages,
  });

  it('has a line for each failed test: file, name, and why, without colours and stack', () => {
    const why = '\u001b[31mAssertionError: \n\n✗ PORT_IN_USE\u001b[39m\n  port 80: expected 1 to be +0';
    const report = file([test('passed'), test('failed', `${why}\n    at start (/clone/test/a.test.ts:3:9)\n    at x`)]);
    expect(failuresOf(report, (name) => name.replace('/clone/', ''))).toEqual([
      'test/a.test.ts > up > starts: AssertionError: | ✗ PORT_IN_USE | port 80: expected 1 to be +0',
    ]);
  });

  it('keeps the start and the end of a long reason', () => {
    const [line = ''] = failuresOf(file([test('failed', `Error: ${'progress\n'.repeat(1_000)}✗ what matters`)]));
    expect(line).toMatch(/Error: progress .* … .* \| ✗ what matters$/);
    expect(line.length).toBeLessThan(900);
  });

  it('names a file that does not load', () => {
    expect(failuresOf(file([], 'failed', 'Cannot find x')).map(failureLine)).toEqual([
      'Failed: /clone/test/a.test.ts: Cannot find x',
    ]);
  });

  it('says nothing of what passed, or where there is no report', () => {
    expect(failuresOf(file([test('passed')], 'passed'))).toEqual([]);
    expect(failuresOf(undefined)).toEqual([]);
  });
});

describe('closingLine', () => {
  it('names what was skipped only when something was', () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });

  it('sums the projects', () => {
    const one = { passed: 3, failed: 1, skipped: 2 };
    expect(closingLine(sum([one, one]))).toBe('6 passed, 2 failed, 4 skipped');
    expect(closingLine(sum([]))).toBe('0 passed, 0 failed');
  });
});

describe('verdict', () => {
  const result = (project: string, passed: number, failed = 0, skipped = 0) => ({
    project,
    counts: { passed, failed, skipped },
  });

  it.each([
    ['passes', [result('unit', 1), result('e2e', 1)], undefined],
    ['allows a skipped unit test', [result('unit', 1, 0, 1)], undefined],
    ['refuses a failure', [result('unit', 1, 1)], 'tests failed'],
    ['refuses a run without tests', [result('unit', 0)], 'no test ran'],
    ['refuses a skipped end-to-end test', [result('unit', 1), result('e2e', 1, 0, 1)], 'end-to-end tests were skipped'],
  ])('%s', (_, results, expected) => {
    expect(verdict(results)).toBe(expected);
  });

  it('allows skipped end-to-end tests where a filter asked for it', () => {
    expect(verdict([result('e2e', 1, 0, 9)], { filtered: true })).toBeUndefined();
  });
});

describe('parseArguments', () => {
  it.each([
    [[], { projects: ['unit', 'integration', 'e2e'], vitest: [] }],
    [['e2e', 'unit'], { projects: ['unit', 'e2e'], vitest: [] }],
    [['unit', '-t', 'name'], { projects: ['unit'], vitest: ['-t', 'name'] }],
    [['-t', 'unit'], { projects: ['unit', 'integration', 'e2e'], vitest: ['-t', 'unit'] }],
  ])('%j', (words, expected) => {
    expect(parseArguments(words)).toEqual(expected);
  });
});
