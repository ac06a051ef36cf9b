import { drawFlames, flameTree } from './flame.ts';
import { shortFile } from './parse.ts';
import type { Samples, Stack } from './samples.ts';

export interface SampleOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** A share of all stacks, 0 to 1; see `drawFlames`. */
  readonly minimum: number;
}

const INNERMOST = 5;

/** Where time goes, for people: how much was seen, the flame list, and where stacks end most often. */
export function drawSamples(samples: Samples, options: SampleOptions): string {
  const { looks, processes, unanswered, withoutRequest, threads, stacks } = samples;
  const share = (part: number): string => `${((100 * part) / Math.max(1, processes)).toFixed(0)} %`;
  const head = [
    `${looks} looks, ${threads} times a thread at work`,
    `no request: ${share(withoutRequest)} of the time of a process`,
    ...(unanswered > 0 ? [`no answer: ${share(unanswered)}, inside calls that do not let Python run`] : []),
  ].join('\n');
  if (stacks.length === 0) return `${head}\n\nNothing was under way.`;
  return [head, '', drawFlames(flameTree(stacks), options), '', 'Innermost:', ...innermost(stacks, threads)].join('\n');
}

function innermost(stacks: readonly Stack[], threads: number): string[] {
  const counts = new Map<string, number>();
  for (const { frames, count } of stacks) {
    const last = frames.at(-1);
    if (!last) continue;
    const place = `${last.function}  ${shortFile(last.file)}:${last.line}${last.source ? `  ${last.source}` : ''}`;
    counts.set(place, (counts.get(place) ?? 0) + count);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, INNERMOST)
    .map(([place, count]) => `${((100 * count) / threads).toFixed(1).padStart(5)} % ${place}`);
}
