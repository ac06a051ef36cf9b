import { ProblemError } from '@coog/cli/command';
import { maskVariable } from './mask.ts';
import type { Core, Request, Stats, Worker } from './types.ts';

/**
 * Reads what the statistics server wrote. It copies what clients send into its document: control characters as they are,
 * which JSON does not allow, and secrets, which are masked here so that nobody can forget it.
 * @throws ProblemError UWSGI_ANSWER_UNREADABLE
 */
export function readStats(text: string): Stats {
  const document = parse(text);
  if (!isStats(document)) throw unreadable(text);
  const mask = (core: Core): Core => (core.vars ? { ...core, vars: core.vars.map(maskVariable) } : core);
  return {
    ...document,
    workers: document.workers.map((worker) => ({ ...worker, cores: (worker.cores ?? []).map(mask) })),
  };
}

function parse(text: string): unknown {
  const document = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    // Between its members stand tabs and newlines; uWSGI escapes those that are part of a value.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what JSON forbids
    return JSON.parse(document.replace(/[\0-\x08\x0b-\x1f]/g, '\ufffd'));
  } catch {
    return undefined;
  }
}

const isStats = (document: unknown): document is Stats =>
  typeof document === 'object' && document !== null && Array.isArray((document as Stats).workers);

const unreadable = (text: string): ProblemError =>
  new ProblemError(
    {
      code: 'UWSGI_ANSWER_UNREADABLE',
      title: 'what the server answered are no statistics of uWSGI',
      detail: text.trim().slice(0, 200) || 'It answered nothing.',
      next: 'coog logs coog',
    },
    { exitCode: 1 },
  );

/** Requests that are being served, the one that takes longest first. */
export function requestsOf(stats: Stats): Request[] {
  const all = stats.workers.flatMap((worker) =>
    worker.cores.filter((core) => core.in_request > 0).map((core) => requestOf(worker, core)),
  );
  return all.sort((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity));
}

function requestOf(worker: Worker, core: Core): Request {
  const value = (name: string): string => {
    const found = core.vars?.find((variable) => variable.startsWith(`${name}=`));
    // Whoever sends a request chooses these: nothing that a terminal would obey.
    return (found?.slice(name.length + 1) ?? '').replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
  };
  return {
    worker: worker.id,
    core: core.id,
    pid: worker.pid,
    method: value('REQUEST_METHOD'),
    path: value('PATH_INFO'),
    from: value('REMOTE_ADDR'),
    since: core.req_info?.request_start,
  };
}
