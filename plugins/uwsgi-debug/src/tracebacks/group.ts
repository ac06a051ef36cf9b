import { coreOf, type Frame, servesRequests, type Thread } from './parse.ts';

/** One process and what it answered; no threads at all when it did not answer in time. */
export interface Process {
  readonly container: string;
  readonly worker: number;
  /** Known where the server collects statistics. */
  readonly pid?: number;
  readonly threads: readonly Thread[] | undefined;
}

/** Threads that are at the same place. */
export interface Group {
  readonly frames: readonly Frame[];
  readonly threads: readonly Member[];
  /** Whether any of them serves requests. */
  readonly requests: boolean;
}

export interface Member {
  readonly container: string;
  readonly worker: number;
  /** Undefined for a thread that serves no requests. */
  readonly core: number | undefined;
  readonly name: string;
}

/** Groups equal tracebacks: those of requests first, of these the most frequent; then as they came. */
export function groupThreads(processes: readonly Process[]): Group[] {
  const groups = new Map<string, { frames: readonly Frame[]; threads: Member[]; requests: boolean }>();
  for (const { container, worker, threads = [] } of processes)
    for (const thread of threads) {
      const key = JSON.stringify(thread.frames.map((frame) => [frame.file, frame.line, frame.function]));
      const group = groups.get(key) ?? { frames: thread.frames, threads: [], requests: false };
      groups.set(key, group);
      group.threads.push({ container, worker, core: coreOf(thread), name: thread.name });
      group.requests ||= servesRequests(thread);
    }
  return [...groups.values()].sort(
    (a, b) => Number(b.requests) - Number(a.requests) || b.threads.length - a.threads.length,
  );
}
