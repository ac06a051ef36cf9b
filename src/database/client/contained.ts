import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { type Engine, type StreamResult, streamProcess } from '../../engine/index.ts';
import { ownerLabel } from '../../shared/process-owner.ts';
import { type Near, oneShotArguments, removeContainer } from './one-shot.ts';
import { makePipe } from './pipe.ts';
import { userInside } from './user.ts';
import { SCRIPT } from './wrapper.ts';

/** Where a client program runs. */
export interface ContainedSetting {
  readonly engine: Engine;
  readonly project: string;
  readonly near: Near;
  readonly image: string;
  /** Where the image keeps its data. */
  readonly tmpfs: readonly string[];
  /** Whether a container can be given files and pipes of this machine. */
  readonly shares: boolean;
}

/** The streams of a client program. */
export interface Streams {
  /** Standard input, behind the secret. As a function where an error could come before anybody listens. */
  readonly input?: Readable | (() => Readable);
  /** Gets standard output and is left open: whoever knows the exit code ends it. A number is a file descriptor. */
  readonly output?: Writable | number;
  readonly onStderr?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte in or out after which the program is ended. */
  readonly stallTimeout?: number;
}

export interface ContainedTask {
  /** The program and its arguments: everybody on this machine sees them. */
  readonly command: readonly string[];
  /** One line, which the program finds as the file {@link SECRET}. */
  readonly secret: string;
  /** Files of this machine by their path inside, read-only. */
  readonly mounts: Readonly<Record<string, string>>;
  /** A folder of this machine, ours alone, that the program fills with files that are ours as well. */
  readonly folder?: { readonly path: string; readonly inside: string };
  readonly streams: Streams;
}

/** The path under which a program, in a container or on this machine, finds its secret. */
export const SECRET = '/proc/self/fd/3';

/** The engine may have made the container before it failed. */
const FAILED = 125;
const KILLED = 137;

/** Runs a program in a container of its own, which does not outlive it. @throws the error of a stream */
export async function runContained(setting: ContainedSetting, task: ContainedTask): Promise<StreamResult> {
  const { engine, image, tmpfs, shares } = setting;
  const { command, secret: preamble, streams, folder } = task;
  const user = folder ? await userInside(engine) : '0';
  const paths = Object.entries(task.mounts).map(async ([inside, path]) => [inside, await realpath(path)] as const);
  const mounts = Object.fromEntries(await Promise.all(paths));
  const name = `${setting.project}-database-client-${randomBytes(6).toString('hex')}`;
  const owner = await ownerLabel();
  const pipe = shares && typeof streams.output === 'object' ? await makePipe(engine) : undefined;
  const output = pipe ? { pipe: pipe.path } : streams.output === undefined ? ('nobody' as const) : ('engine' as const);
  const mode = modeOf(streams);
  // The container has the pipe by then, and nothing is left behind when we are killed.
  pipe?.source.once('readable', pipe.remove);
  const begun = Date.now();
  let ended = false;
  let clean = false;
  try {
    const args = oneShotArguments(setting, { name, image, owner, mode, tmpfs, mounts, output, command, user, folder });
    const result = await streamProcess(['docker', ...args], {
      ...opened(streams),
      env: engine.env,
      preamble,
      ...(pipe ? { source: pipe.source } : {}),
    });
    ended = !result.cancelled && !result.stalled && result.exitCode !== KILLED;
    clean = ended && result.exitCode !== FAILED;
    return result;
  } finally {
    pipe?.remove();
    pipe?.source.destroy();
    if (!clean) await removeContainer(engine, name, ended ? 0 : begun);
  }
}

/** Runs a program of this machine in the same way. */
export const runUncontained = (
  { env }: Engine,
  { command, secret: preamble, streams }: Omit<ContainedTask, 'mounts' | 'folder'>,
): Promise<StreamResult> =>
  streamProcess(['sh', '-c', SCRIPT, 'coog', modeOf(streams), '-', ...command], { ...opened(streams), env, preamble });

/** Whether the program has something to read on its standard input. */
const modeOf = ({ input }: Streams): 'data' | 'alone' => (input === undefined ? 'alone' : 'data');

function opened({ input, ...streams }: Streams): Omit<Streams, 'input'> & { readonly input?: Readable } {
  if (input === undefined) return streams;
  return { ...streams, input: typeof input === 'function' ? input() : input };
}
