import { stripVTControlCharacters } from 'node:util';

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

export const NONE = Object.freeze({ passed: 0, failed: 0, skipped: 0 });

/**
 * Counts of one vitest run from its JSON report. A run that failed without a failed test (a file that does not load,
 * an error outside tests, no report at all) counts as one failure, so that it cannot pass unseen.
 * @returns {Counts}
 */
export function countsOf(report, exitCode) {
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
  const failedUnseen = counts.failed === 0 && (exitCode !== 0 || !report || report.success === false);
  return failedUnseen ? { ...counts, failed: 1 } : counts;
}

/** Characters kept of the start of a reason, and of its end: a command that failed says why in its last lines. */
const KEPT = { start: 160, end: 640 };

/**
 * A line for each test that failed: file, name, and why, on one line. Logs of thousands of lines are cut in the
 * middle where they are kept; what failed must stand at their end.
 * @param {(file: string) => string} shorten how a file is named
 * @returns {string[]}
 */
export function failuresOf(report, shorten = (file) => file) {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${shorten(name)}: ${reasonOf(message)}`] : [];
    return failed.map(
      (result) =>
        `${shorten(name)} > ${[...result.ancestorTitles, result.title].join(' > ')}: ${reasonOf(result.failureMessages?.[0])}`,
    );
  });
}

function reasonOf(message = '') {
  const lines = stripVTControlCharacters(message).split('\n');
  const stack = lines.findIndex((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  const said = lines.slice(0, stack < 0 ? undefined : stack).map((line) => line.trim());
  const reason = said.filter((line) => line !== '').join(' | ');
  if (reason.length <= KEPT.start + KEPT.end) return reason;
  return `${reason.slice(0, KEPT.start)} … ${reason.slice(-KEPT.end)}`;
}

/** The line that {@link failuresOf} becomes in a log, and that continuous integration repeats at its end. */
export function failureLine(failure) {
  return `Failed: ${failure}`;
}

/** @param {Counts[]} all @returns {Counts} */
export function sum(all) {
  return all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    NONE,
  );
}

/** The line that continuous integration reads. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Why the run as a whole did not pass, or undefined. A skipped end-to-end test is a promise nobody checked; with a
 * filter, tests are skipped on purpose.
 * @param {{project: string, counts: Counts}[]} results
 */
export function verdict(results, { filtered = false } = {}) {
  const total = sum(results.map(({ counts }) => counts));
  if (total.failed > 0) return 'tests failed';
  if (total.passed === 0) return 'no test ran';
  const skipped = results.find(({ project, counts }) => ['e2e', 'long'].includes(project) && counts.skipped > 0);
  if (skipped && !filtered) return 'end-to-end tests were skipped';
  return undefined;
}
