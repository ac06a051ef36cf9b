import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';
import { countsOf, failuresOf } from './results.mjs';

/**
 * Runs vitest and reads its report.
 * @param {string[]} args what to run, after `vitest run`
 * @returns {Promise<{counts: import('./results.mjs').Counts, failures: string[]}>} failures: a line for each failed test
 */
export async function runVitest(args, { nodePath, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'coog-vitest-'));
  const file = join(folder, 'report.json');
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  try {
    const code = await run(nodePath, [program, 'run', ...args, ...reporters], { cwd: ROOT, env, check: false });
    const report = read(file);
    return { counts: countsOf(report, code), failures: failuresOf(report, (name) => relative(ROOT, name)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
