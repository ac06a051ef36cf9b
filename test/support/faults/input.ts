import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Ended, Running } from '../e2e/coog.ts';
import { PROGRAM } from '../e2e/machine.ts';
import type { World } from './world.ts';

export interface Fed extends Running {
  /** Ends what it is given. */
  readonly end: () => void;
}

/** Starts coog with a standard input that stays open until `end`. */
export function startWithInput(world: World, args: readonly string[], input: Buffer | string): Fed {
  const { folder, env } = world.project;
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: { ...env }, stdio: 'pipe' });
  child.stdin.on('error', () => undefined).write(input);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    const end = (exitCode: number | null, signal: string | null) =>
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, ...text });
    child.on('error', reject);
    child.on('close', end);
    child.on('exit', (exitCode, signal) => signal === 'SIGKILL' && end(exitCode, signal));
  });
  return {
    pid: child.pid ?? 0,
    output: () => text.stdout + text.stderr,
    kill: (signal) => void child.kill(signal),
    ended,
    end: () => void child.stdin.end(),
  };
}

/** Loads the backup through standard input; with a part of it only, the input stays open. */
export async function startLoadFromInput(world: World, part: number): Promise<Fed> {
  const data = await readFile(world.backup);
  const loading = startWithInput(world, ['db:load', '-', '--yes'], data.subarray(0, Math.floor(data.length * part)));
  if (part === 1) loading.end();
  return loading;
}
