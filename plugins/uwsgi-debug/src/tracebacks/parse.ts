export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The line of the source; empty where it cannot be had. */
  readonly source: string;
}

export interface Thread {
  /** `uWSGIWorker1Core0` for one that serves requests, Python's name for any other. */
  readonly name: string;
  /** The outermost first, as Python prints a traceback. */
  readonly frames: readonly Frame[];
}

const pattern = /^thread_id = (.*?) filename = (.*?) lineno = (\d+) function = (.*?)(?: line = (.*))?$/;

/**
 * Reads what a process answers on its socket (plugins/python/tracebacker.c of uWSGI): a line a frame, an empty one between
 * threads. A thread that waits for a request runs no Python and is not there.
 */
export function parseTraceback(text: string): Thread[] {
  const threads: { name: string; frames: Frame[] }[] = [];
  // Two threads of one name stand apart by the empty line.
  let apart = true;
  for (const row of text.split('\n')) {
    const [, name, file = '', line, func = '', source = ''] = pattern.exec(row) ?? [];
    if (name !== undefined) {
      if (apart || threads.at(-1)?.name !== name) threads.push({ name, frames: [] });
      threads.at(-1)?.frames.push({ file, line: Number(line), function: func, source: source.trim() });
    }
    apart = name === undefined;
  }
  return threads;
}

/** Whether a thread serves requests. */
export const servesRequests = ({ name }: Thread): boolean => /^uWSGIWorker\d+Core\d+$/.test(name);

/** Which of a worker's threads it is, for those that serve requests. */
export const coreOf = ({ name }: Thread): number | undefined => {
  const core = /^uWSGIWorker\d+Core(\d+)$/.exec(name)?.[1];
  return core === undefined ? undefined : Number(core);
};

/** A file without the folder that Python's libraries lie in: what differs stands in front. */
export const shortFile = (file: string): string =>
  file.replace(/^.*\/(?:site|dist)-packages\//, '').replace(/^.*\/lib\/python\d[\d.]*\//, '');
