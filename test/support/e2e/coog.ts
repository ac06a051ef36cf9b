import { spawn } from 'node:child_process';
import { type Environment, PROGRAM } from './machine.ts';

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** Both streams up to now. */
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface CoogOptions {
  readonly folder: string;
  readonly env: Environment;
  /** What comes through a pipe; without it standard input is empty. */
  readonly input?: string;
}

/** Starts the real binary, as a script or a cron job would: no terminal. */
export function startCoog(args: readonly string[], options: CoogOptions): Running {
  return start(process.execPath, [PROGRAM, ...args], options);
}

/** Runs the real binary to its end. */
export const runCoog = (args: readonly string[], options: CoogOptions): Promise<Ended> =>
  startCoog(args, options).ended;

/** Starts any program, as `startCoog` does. */
export function start(file: string, args: readonly string[], { folder, env, input }: CoogOptions): Running {
  const child = spawn(file, args, { cwd: folder, env: { ...env }, stdio: 'pipe' });
  child.stdin.on('error', () => undefined).end(input ?? '');
  const text = { stdout: '', stderr: '', all: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      text.all += chunk;
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    const end = (exitCode: number | null, signal: string | null) =>
      resolve({
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        stdout: text.stdout,
        stderr: text.stderr,
      });
    child.on('error', reject);
    child.on('close', end);
    // Who is killed leaves children behind that hold its output open.
    child.on('exit', (exitCode, signal) => signal === 'SIGKILL' && end(exitCode, signal));
  });
  return { pid: child.pid ?? 0, output: () => text.all, kill: (signal) => void child.kill(signal), ended };
}

/** Waits for something that must come while a program runs; when the program ends first, its output is the failure. */
export async function during<T>(running: Running, coming: Promise<T>): Promise<T> {
  const over = running.ended.then(({ exitCode, signal }) => {
    throw new Error(`it ended too early (${exitCode ?? signal}):\n${running.output()}`);
  });
  return Promise.race([coming, over]);
}
