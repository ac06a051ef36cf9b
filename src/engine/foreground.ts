import { exitCodeOf, KILL_DELAY } from './run.ts';
import type { TerminalResult } from './terminal.ts';

/** What ends the services that a program runs in the foreground. */
export interface Endings {
  /** Each with the time that it has for its good-bye. */
  readonly stop: () => Promise<unknown>;
  readonly kill: () => Promise<unknown>;
  /** Before the first of them. */
  readonly onInterrupt: () => void;
}

interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

/**
 * Runs a program on our terminal until the services that it runs have ended; a failure is in the result. The first interrupt
 * stops them, the second one kills them, the third one ends the program alone.
 *
 * It has a session of its own, and no Ctrl-C reaches it: Compose waits for its context as well as for the signal, takes the two
 * that come of one Ctrl-C for two when the machine is busy, and then kills what it should stop: a database, too.
 */
export async function runForeground(
  command: readonly string[],
  { env, folder }: Place,
  endings: Endings,
): Promise<TerminalResult> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  let interrupted: NodeJS.Signals | undefined;
  let count = 0;
  let stopped: Promise<void> | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    interrupted ??= signal;
    count += 1;
    if (count === 1) endings.onInterrupt();
    if (count === 1) stopped = quietly(endings.stop).then(end);
    else if (count === 2) void quietly(endings.kill);
    else send('SIGKILL');
  };
  let isOver = false;
  /** To the whole group: `docker` hands nothing on to its plugin. Never to another one that has got its number since. */
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (!isOver && child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has just ended.
    }
  };
  /** Nothing runs any more that the program could kill; it might wait for services that are always started again. */
  const end = (): void => {
    send('SIGINT');
    setTimeout(() => send('SIGKILL'), KILL_DELAY).unref();
  };
  // Heard before the child is there, so that no signal falls between: it is dealt with once this function waits.
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const options = { env: { ...env }, extendEnv: false, cwd: folder, reject: false, buffer: false } as const;
  const child = execa(file, args, {
    ...options,
    detached: true,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  });
  try {
    const result = await child;
    isOver = true;
    await stopped;
    // What it was just about to start.
    if (count === 1) await quietly(endings.stop);
    if (count > 1) await quietly(endings.kill);
    return {
      ...{ exitCode: exitCodeOf(result), stdout: '', stderr: '', all: '' },
      ...{ missing: result.code === 'ENOENT', timedOut: false, cancelled: false },
      ...(interrupted === undefined ? {} : { interrupted }),
    };
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** What fails is seen in what runs on. */
const quietly = (ending: () => Promise<unknown>): Promise<void> =>
  ending().then(
    () => undefined,
    () => undefined,
  );
