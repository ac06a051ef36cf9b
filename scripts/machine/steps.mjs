import { NotReady } from '../../plugins/demo/machine/process.mjs';

export class Interrupted extends Error {}

/**
 * Runs named steps one after the other and says how long each took. Ctrl-C reaches the running child too; what is
 * between two steps ends at the next one, so that `finally` blocks can put things away. A second Ctrl-C ends at once.
 */
export function createSteps({ write = (line) => console.error(line), now = () => performance.now() } = {}) {
  let interrupted = false;
  const onSignal = () => {
    if (interrupted) process.exit(130);
    interrupted = true;
  };
  const begin = now();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  return {
    async step(title, action) {
      if (interrupted) throw new Interrupted();
      const start = now();
      write(`» ${title}`);
      try {
        const result = await action();
        write(`  ${title}: ${seconds(now() - start)}`);
        if (interrupted) throw new Interrupted();
        return result;
      } catch (error) {
        throw interrupted ? new Interrupted() : error;
      }
    },
    total: () => seconds(now() - begin),
    end() {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
    },
  };
}

/** Prints why a script ends early and returns its exit code: 2 for what the user must do first, 130 for Ctrl-C. */
export function tellFailure(error, { howToGoOn = '', write = (line) => console.error(line) } = {}) {
  if (error instanceof Interrupted) {
    write(`\nInterrupted. ${howToGoOn}`.trimEnd());
    return 130;
  }
  write(`\n${error.message}`);
  if (error instanceof NotReady) return error.exitCode;
  if (howToGoOn) write(howToGoOn);
  return 1;
}

export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
