import { execa, type Options } from 'execa';
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
  const options = {
    cwd: folder,
    env: { ...env },
    extendEnv: false,
    reject: false,
    all: true,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  } satisfies Options;
  const child = execa(file, args, options);
  let output = '';
  child.all.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    ended: child.then(({ exitCode, signal, stdout, stderr }) => ({ exitCode, signal, stdout, stderr })),
  };
}
