import { formatAge, formatBytes, formatTable } from '@coog/cli/command';
import { requestsOf } from './read.ts';
import type { Stats, Worker } from './types.ts';

export interface Seen {
  readonly stats: Stats;
  readonly at: Date;
}

/** The statistics for people; with an earlier look at the same server, requests a second as well. */
export function drawStats({ stats, at }: Seen, before?: Seen): string {
  const threads = stats.workers.flatMap((worker) => worker.cores);
  const busy = threads.filter((core) => core.in_request > 0).length;
  const socket = stats.sockets?.[0];
  const head = [
    `uWSGI ${stats.version}`,
    count(stats.workers.length, 'process', 'processes'),
    `${busy} of ${count(threads.length, 'thread', 'threads')} busy`,
    socket ? `queue ${socket.queue} of ${socket.max_queue}` : `queue ${stats.listen_queue}`,
  ].join(', ');
  const requests = drawRequests(stats, at);
  return [head, drawWorkers(stats.workers, at, before), ...(requests === '' ? [] : ['', requests])].join('\n');
}

function drawWorkers(workers: readonly Worker[], at: Date, before: Seen | undefined): string {
  const columns: readonly Column[] = [
    ['WORKER', (w) => String(w.id)],
    ['PID', (w) => String(w.pid)],
    ['STATUS', (w) => w.status],
    ['BUSY', (w) => `${w.cores.filter((core) => core.in_request > 0).length}/${w.cores.length}`],
    ['REQUESTS', (w) => String(w.requests)],
    ...(before ? [['PER S', (w) => perSecond(w, at, before)] satisfies Column] : []),
    ['ERRORS', (w) => String(w.exceptions)],
    ['AVERAGE', (w) => milliseconds(w.avg_rt)],
    ...when(workers, (w) => w.rss > 0, ['MEMORY', (w) => formatBytes(w.rss)]),
    ['AGE', (w) => formatAge(new Date(w.last_spawn * 1000), at)],
    ...when(workers, (w) => w.respawn_count > 1, ['RESTARTS', (w) => String(w.respawn_count - 1)]),
    ...when(workers, (w) => w.harakiri_count > 0, ['KILLED', (w) => String(w.harakiri_count)]),
  ];
  return formatTable(
    columns.map(([title]) => title),
    workers.map((worker) => columns.map(([, show]) => show(worker))),
  );
}

type Column = readonly [title: string, show: (worker: Worker) => string];

/** A column that is shown while it says something of any worker. */
const when = (workers: readonly Worker[], says: (worker: Worker) => boolean, column: Column): Column[] =>
  workers.some(says) ? [column] : [];

function perSecond(worker: Worker, at: Date, before: Seen): string {
  const earlier = before.stats.workers.find(({ id, pid }) => id === worker.id && pid === worker.pid);
  const seconds = (at.getTime() - before.at.getTime()) / 1000;
  return earlier && seconds > 0 ? ((worker.requests - earlier.requests) / seconds).toFixed(1) : '';
}

function drawRequests(stats: Stats, at: Date): string {
  const rows = requestsOf(stats).map(({ worker, core, method, path, from, since }) => [
    `${worker}.${core}`,
    since === undefined ? '' : `${Math.max(0, Math.floor(at.getTime() / 1000 - since))} s`,
    from,
    `${method} ${path}`,
  ]);
  return rows.length === 0 ? '' : formatTable(['THREAD', 'FOR', 'FROM', 'REQUEST'], rows);
}

const milliseconds = (microseconds: number): string => `${Math.round(microseconds / 1000)} ms`;
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
