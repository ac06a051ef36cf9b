/** Milliseconds that a second interrupt leaves to the child, which kills its containers in that time. */
const PATIENCE = 5_000;

interface Killable {
  kill(signal: NodeJS.Signals): boolean;
}

export interface Interrupts {
  /** The first signal that came in. */
  received(): NodeJS.Signals | undefined;
  release(): void;
}

/**
 * Keeps this process alive through SIGINT, SIGTERM and SIGHUP until a child that shares its terminal has ended. A terminal
 * sends Ctrl-C to the child itself, so it is passed on only where there is none; the other signals reach us alone. From
 * the second interrupt on the child has five seconds, the third ends it at once.
 */
export function shareInterrupts(child: Killable, terminal = hasTerminal()): Interrupts {
  let first: NodeJS.Signals | undefined;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    first ??= signal;
    count += 1;
    if (signal !== 'SIGINT' || !terminal) child.kill(signal);
    if (count === 2) timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    if (count > 2) child.kill('SIGKILL');
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  return {
    received: () => first,
    release: () => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

const hasTerminal = (): boolean => [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
