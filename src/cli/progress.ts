import type { Progress } from '../database/index.ts';
import { formatBytes, formatDuration } from '../shared/units.ts';

/** Milliseconds between two lines of progress: often on a terminal, where a line replaces the last one. */
const EVERY = { terminal: 200, plain: 10_000 };

/**
 * Shows how far a long step is: bytes, rate and time left. On a terminal one line that changes, elsewhere a plain line
 * every ten seconds.
 */
export function createProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): Progress & { pause(): void } {
  let step: { title: string; total: number | undefined; began: number; told: number } | undefined;
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    begin: (title, total) => {
      clear();
      step = { title, total, began: now(), told: now() };
    },
    advance: (done) => {
      if (!step || now() - step.told < (stream.isTTY ? EVERY.terminal : EVERY.plain)) return;
      step.told = now();
      const line = describe(step.title, done, step.total, now() - step.began);
      if (!stream.isTTY) stream.write(`${line}\n`);
      else stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
      shown = stream.isTTY;
    },
    pause: clear,
    end: () => {
      clear();
      step = undefined;
    },
  };
}

/** `dumping coog: 1.2 GB of 3.4 GB, 85 MB/s, 0:26 left`. `took` in milliseconds. */
export function describe(title: string, done: number, total: number | undefined, took: number): string {
  const rate = took > 0 ? (done * 1000) / took : 0;
  const left = total !== undefined && rate > 0 && total > done ? `, ${formatDuration((total - done) / rate)} left` : '';
  const amount =
    total === undefined || total < done ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${title}: ${amount}, ${formatBytes(rate)}/s${left}`;
}
