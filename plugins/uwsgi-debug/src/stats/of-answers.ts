import type { Answers } from '../server/ask.ts';
import { STATS } from '../server/switches.ts';
import { readStats } from './read.ts';
import type { Stats } from './types.ts';

/** The statistics of one container. */
export interface ContainerStats {
  readonly container: string;
  readonly stats: Stats;
}

/** Statistics among what was answered. The master answers these, so they come whatever the processes do. */
export function statsOf(answers: readonly Answers[]): ContainerStats[] {
  return answers.flatMap(({ container, looks }) => {
    const answer = looks.at(-1)?.find(({ socket, inTime }) => inTime && STATS.sockets.includes(socket));
    return answer ? [{ container, stats: readStats(answer.text) }] : [];
  });
}
