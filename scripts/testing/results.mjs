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
