import type { Request } from '../stats/types.ts';
import type { Group, Member, Process } from './group.ts';
import { type Frame, servesRequests, shortFile } from './parse.ts';

/** A request that is being served, and in which container. */
export type ServedRequest = Request & { readonly container: string };

/** What every process does, for people: equal tracebacks once, then the processes that have none. */
export function drawTracebacks(
  processes: readonly Process[],
  groups: readonly Group[],
  requests: readonly ServedRequest[],
  now: Date,
): string {
  const many = new Set(processes.map(({ container }) => container)).size > 1;
  const blocks = groups.map((group) => drawGroup(group, requests, many, now));
  const label = (p: Process): string => processLabel(p, many);
  const silent = processes.filter(({ threads }) => threads === undefined).map(label);
  const waiting = processes.filter(({ threads }) => threads && !threads.some(servesRequests)).map(label);
  if (silent.length > 0) blocks.push(`${silent.join(', ')}: ${NO_ANSWER}`);
  if (waiting.length > 0) blocks.push(`${waiting.join(', ')}: no request`);
  return blocks.join('\n\n');
}

export const NO_ANSWER =
  'does not answer. It is inside one long call that does not let Python run (a regular expression, a library in C), or it is stopped';

function drawGroup({ frames, threads }: Group, requests: readonly ServedRequest[], many: boolean, now: Date): string {
  const head = threads.length === 1 ? [] : [`${threads.length} threads at the same place:`];
  const members = threads.map((member) => {
    const request = requests.find(
      (r) => r.container === member.container && r.worker === member.worker && r.core === member.core,
    );
    return memberLabel(member, many) + (request ? `, ${describe(request, now)}` : '');
  });
  return [...head, ...members, ...drawFrames(frames)].join('\n');
}

function describe({ method, path, from, since }: Request, now: Date): string {
  const seconds = since === undefined ? '' : ` for ${Math.max(0, Math.floor(now.getTime() / 1000 - since))} s`;
  return `${method} ${path} from ${from}${seconds}`;
}

function drawFrames(frames: readonly Frame[]): string[] {
  const places = frames.map((frame) => `${shortFile(frame.file)}:${frame.line}`);
  const width = Math.min(60, Math.max(...places.map((place) => place.length)));
  return frames.map(
    (frame, i) => `  ${(places[i] ?? '').padEnd(width)}  ${frame.function}${frame.source ? `: ${frame.source}` : ''}`,
  );
}

const memberLabel = ({ container, worker, core, name }: Member, many: boolean): string =>
  `worker ${worker}${core === undefined ? `, thread "${name}"` : ` thread ${core}`}${many ? ` of ${container}` : ''}`;

const processLabel = ({ container, worker, pid }: Process, many: boolean): string =>
  `worker ${worker}${pid === undefined ? '' : ` (pid ${pid})`}${many ? ` of ${container}` : ''}`;
