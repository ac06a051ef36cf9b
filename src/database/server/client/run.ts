import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { type Engine, type StreamOptions, streamProcess } from '../../../engine/index.ts';
import type { Server } from '../types.ts';
import { conninfo } from './conninfo.ts';
import { oneShotArguments, removeContainer } from './one-shot.ts';
import { ownerLabel } from './owner.ts';
import { passLine } from './passfile.ts';
import { makePipe } from './pipe.ts';
import type { Program, ProgramOptions, ProgramResult } from './types.ts';
import { SCRIPT } from './wrapper.ts';

export interface Setting {
  readonly server: Server;
  readonly engine: Engine;
  readonly serverVersion: number;
}

export interface ContainerSetting extends Setting {
  readonly image: string;
  /** Whether a container can be given files and pipes of this machine. */
  readonly shares: boolean;
}

export interface Task extends ProgramOptions {
  readonly program: Program;
  readonly args: readonly string[];
}

const FILE = '/coog/backup';
const CERTIFICATE = '/coog/root.crt';

/** Runs a program in a container of its own. */
export async function runInContainer(setting: ContainerSetting, task: Task): Promise<ProgramResult> {
  const { server, engine, image, shares } = setting;
  const preamble = passLine(server.password());
  hearEarlyErrors(task);
  const file = task.file !== undefined && shares ? await realpath(task.file) : undefined;
  const certificate = server.tls.rootCertificate;
  const mounts = {
    ...(file === undefined ? {} : { [FILE]: file }),
    ...(certificate === undefined ? {} : { [CERTIFICATE]: await realpath(certificate) }),
  };
  const place = { at: server.near, rootCertificate: certificate === undefined ? undefined : CERTIFICATE };
  const command = commandOf(setting, task, { ...place, file: file === undefined ? undefined : FILE });
  const mode = reads(task, file !== undefined) ? ('data' as const) : ('alone' as const);
  const name = `${server.project}-database-client-${randomBytes(6).toString('hex')}`;
  const owner = await ownerLabel();
  const pipe = shares && typeof task.output === 'object' ? await makePipe(engine) : undefined;
  const output = pipe ? { pipe: pipe.path } : task.output === undefined ? ('nobody' as const) : ('engine' as const);
  const oneShot = { name, image, owner, mode, mounts, output, command };
  // The container has the pipe by now, and nothing is left behind when we are killed.
  pipe?.source.once('readable', pipe.remove);
  let clean = false;
  try {
    const result = await streamProcess(['docker', ...oneShotArguments(server, oneShot)], {
      ...streamOptions(engine, task, file !== undefined),
      preamble,
      ...(pipe ? { source: pipe.source } : {}),
    });
    // 125: the engine may have made it before it failed.
    clean = !result.cancelled && !result.stalled && ![125, 137].includes(result.exitCode);
    return result;
  } finally {
    pipe?.remove();
    pipe?.source.destroy();
    if (!clean) await removeContainer(engine, name);
  }
}

/** Runs a program of this machine. */
export async function runOnHost(setting: Setting, task: Task): Promise<ProgramResult> {
  const preamble = passLine(setting.server.password());
  const place = { at: setting.server, rootCertificate: setting.server.tls.rootCertificate, file: task.file };
  const mode = reads(task, true) ? 'data' : 'alone';
  const command = ['sh', '-c', SCRIPT, 'coog', mode, '-', ...commandOf(setting, task, place)];
  return streamProcess(command, { ...streamOptions(setting.engine, task, true), preamble });
}

interface Place {
  readonly at: { readonly host: string; readonly port: number };
  readonly rootCertificate: string | undefined;
  /** Where the program finds the file; undefined when it is streamed. */
  readonly file: string | undefined;
}

function commandOf({ server, serverVersion }: Setting, task: Task, { at, rootCertificate, file }: Place): string[] {
  const { program, args, database, jobs } = task;
  const options = { at, rootCertificate, serverVersion, applicationName: `coog ${program}` };
  return [
    program,
    // First: `--version` counts nowhere else.
    ...args,
    // pg_restore without a database needs no log-in, and knows the option all the same.
    '--no-password',
    ...(program === 'psql' ? ['--no-psqlrc'] : []),
    ...(database === undefined ? [] : [`--dbname=${conninfo(server, { ...options, database })}`]),
    ...(jobs !== undefined && file !== undefined ? [`--jobs=${jobs}`] : []),
    ...(file === undefined ? [] : [program === 'psql' ? `--file=${file}` : file]),
  ];
}

/** A stream may fail before the program runs; it is then found broken. Unheard, its error would end the process. */
function hearEarlyErrors({ input, output }: Task): void {
  for (const stream of [input, output]) if (typeof stream === 'object') stream.on('error', () => undefined);
}

/** Whether the program has something to read on its standard input. */
const reads = ({ input, file }: Task, seeks: boolean): boolean => input !== undefined || (file !== undefined && !seeks);

/** Opens what is a path: not earlier, so that no error comes before somebody listens. */
function streamOptions({ env }: Engine, task: Task, seeks: boolean): StreamOptions {
  const { output, onStderr, signal, stallTimeout } = task;
  const source = task.input ?? (seeks ? undefined : task.file);
  const input = typeof source === 'string' ? createReadStream(source, { highWaterMark: 1024 * 1024 }) : source;
  return {
    env,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(onStderr === undefined ? {} : { onStderr }),
    ...(signal === undefined ? {} : { signal }),
    ...(stallTimeout === undefined ? {} : { stallTimeout }),
  };
}
