import type { Process } from './group.ts';
import { type Frame, servesRequests } from './parse.ts';

/** How often a stack was seen. */
export interface Stack {
  readonly frames: readonly Frame[];
  readonly count: number;
}

export interface Samples {
  /** Times that every process was looked at. */
  readonly looks: number;
  /** Processes times looks. */
  readonly processes: number;
  /** Of these, how often one did not answer. */
  readonly unanswered: number;
  /** Of these, how often one had no request. */
  readonly withoutRequest: number;
  /** Threads that were seen at work, in all looks together. */
  readonly threads: number;
  /** The most frequent first. */
  readonly stacks: readonly Stack[];
}

/**
 * Counts the stacks of many looks at all processes. Threads that serve no requests always wait somewhere and would hide what
 * is slow: they count with `background` only.
 */
export function countStacks(looks: readonly (readonly Process[])[], { background = false } = {}): Samples {
  const stacks = new Map<string, { frames: readonly Frame[]; count: number }>();
  const all = looks.flat();
  for (const { threads = [] } of all)
    for (const thread of threads.filter((t) => background || servesRequests(t))) {
      const key = JSON.stringify(thread.frames.map((frame) => [frame.file, frame.line, frame.function]));
      const stack = stacks.get(key) ?? { frames: thread.frames, count: 0 };
      stacks.set(key, stack);
      stack.count += 1;
    }
  return {
    looks: looks.length,
    processes: all.length,
    unanswered: all.filter(({ threads }) => threads === undefined).length,
    withoutRequest: all.filter(({ threads }) => threads && !threads.some(servesRequests)).length,
    threads: [...stacks.values()].reduce((sum, { count }) => sum + count, 0),
    stacks: [...stacks.values()].sort((a, b) => b.count - a.count),
  };
}
