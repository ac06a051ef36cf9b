import type { Answers } from '../server/ask.ts';
import type { ContainerStats } from '../stats/of-answers.ts';
import { requestsOf } from '../stats/read.ts';
import type { ServedRequest } from './draw.ts';
import type { Process } from './group.ts';
import { parseTraceback } from './parse.ts';

/** Which worker a socket of the tracebacker belongs to. */
const workerOf = (socket: string): number | undefined => {
  const worker = /uwsgi_tracebacker(\d+)$/.exec(socket)?.[1];
  return worker === undefined ? undefined : Number(worker);
};

/** Processes among what was answered, look by look, all containers together; with their pids where statistics have them. */
export function processesOf(answers: readonly Answers[], stats: readonly ContainerStats[] = []): Process[][] {
  const looks = Math.max(0, ...answers.map((answer) => answer.looks.length));
  return Array.from({ length: looks }, (_, look) =>
    answers
      .flatMap(({ container, looks }) =>
        (looks[look] ?? []).flatMap(({ socket, inTime, text }): Process[] => {
          const worker = workerOf(socket);
          if (worker === undefined) return [];
          const known = stats.find((one) => one.container === container)?.stats.workers.find(({ id }) => id === worker);
          return [
            {
              container,
              worker,
              ...(known ? { pid: known.pid } : {}),
              threads: inTime ? parseTraceback(text) : undefined,
            },
          ];
        }),
      )
      .sort((a, b) => (a.container < b.container ? -1 : a.container > b.container ? 1 : a.worker - b.worker)),
  );
}

export const servedRequests = (stats: readonly ContainerStats[]): ServedRequest[] =>
  stats.flatMap(({ container, stats }) => requestsOf(stats).map((request) => ({ ...request, container })));
