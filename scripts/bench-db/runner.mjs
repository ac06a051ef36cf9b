import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from '../../plugins/demo/machine/process.mjs';

/** Milliseconds between two looks at a process's memory. The kernel keeps the peak: only what follows the last look is missed. */
const LOOK = 20;

/**
 * @typedef {object} Ran
 * @property {number} ms wall-clock time
 * @property {string} stdout
 * @property {number} memory peak of the process itself, without its children, in bytes; 0 where there is no /proc
 */

/** Runs commands, one environment for all, and can end those that run. */
export function createRunner({ env = {} } = {}) {
  const running = new Set();
  let stopped = false;
  return {
    /** @returns {Promise<Ran>} rejects with the end of what was printed: a failure is not to be measured */
    async run([file, ...args], { cwd, input, env: more } = {}) {
      if (stopped) throw new Error('stopped');
      const start = performance.now();
      const child = spawn(file, args, { cwd, env: childEnvironment({ ...env, ...more }), stdio: 'pipe' });
      running.add(child);
      const watch = watchMemory(child.pid);
      try {
        const { code, stdout, printed } = await ended(child, input);
        const ms = performance.now() - start;
        if (code !== 0) throw new Error(`${[file, ...args].join(' ')}: ${code}\n${printed.slice(-2000)}`);
        return { ms, stdout, memory: watch.peak() };
      } finally {
        watch.end();
        running.delete(child);
      }
    },
    stop() {
      stopped = true;
      for (const child of running) child.kill('SIGTERM');
    },
  };
}

function ended(child, input) {
  let stdout = '';
  let printed = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  // Who ends early says so by its exit code.
  child.stdin.on('error', () => {}).end(input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: signal ?? code, stdout, printed }));
  });
}

function watchMemory(pid) {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, peakOf(pid));
  };
  const timer = setInterval(look, LOOK);
  return { peak: () => peak, end: () => clearInterval(timer) };
}

function peakOf(pid) {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
