import { createReadStream } from 'node:fs';
import type { Engine } from '../../../engine/index.ts';
import { runContained, runUncontained, type Streams } from '../../client/index.ts';
import type { Server } from '../types.ts';
import { conninfo } from './conninfo.ts';
import { passLine } from './passfile.ts';
import type { Program, ProgramOptions, ProgramResult } from './types.ts';

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
const FOLDER = '/coog/folder';
const CERTIFICATE = '/coog/root.crt';

/** Where images of PostgreSQL keep their data. */
const DATA = '/var/lib/postgresql';

/** Runs a program in a container of its own. */
export async function runInContainer(setting: ContainerSetting, task: Task): Promise<ProgramResult> {
  const { server, engine, image, shares } = setting;
  const { project, near } = server;
  const secret = passLine(server.password());
  hearEarlyErrors(task);
  const file = shares ? task.file : undefined;
  const certificate = server.tls.rootCertificate;
  const mounts = {
    ...(file === undefined ? {} : { [FILE]: file }),
    ...(certificate === undefined ? {} : { [CERTIFICATE]: certificate }),
  };
  const place = { at: near, rootCertificate: certificate === undefined ? undefined : CERTIFICATE };
  const folder = task.folder === undefined ? undefined : { path: task.folder, inside: FOLDER };
  const command = commandOf(setting, task, { ...place, file: file && FILE, folder: folder?.inside });
  const streams = streamsOf(task, file !== undefined);
  return runContained(
    { engine, project, near, image, tmpfs: [DATA], shares },
    { command, secret, mounts, streams, ...(folder && { folder }) },
  );
}

/** Runs a program of this machine. */
export async function runOnHost(setting: Setting, task: Task): Promise<ProgramResult> {
  const secret = passLine(setting.server.password());
  const { file, folder } = task;
  const place = { at: setting.server, rootCertificate: setting.server.tls.rootCertificate, file, folder };
  return runUncontained(setting.engine, {
    command: commandOf(setting, task, place),
    secret,
    streams: streamsOf(task, true),
  });
}

interface Place {
  readonly at: { readonly host: string; readonly port: number };
  readonly rootCertificate: string | undefined;
  /** Where the program finds the file; undefined when it is streamed. */
  readonly file: string | undefined;
  /** Where the program finds the folder that it fills. */
  readonly folder: string | undefined;
}

function commandOf(
  { server, serverVersion }: Setting,
  task: Task,
  { at, rootCertificate, file, folder }: Place,
): string[] {
  const { program, args, database, jobs, settings } = task;
  const options = { at, rootCertificate, serverVersion, applicationName: `coog ${program}`, settings };
  return [
    program,
    // First: `--version` counts nowhere else.
    ...args,
    // pg_restore without a database needs no log-in, and knows the option all the same.
    '--no-password',
    ...(program === 'psql' ? ['--no-psqlrc'] : []),
    ...(database === undefined ? [] : [`--dbname=${conninfo(server, { ...options, database })}`]),
    ...(jobs !== undefined && (file ?? folder) !== undefined ? [`--jobs=${jobs}`] : []),
    ...(folder === undefined ? [] : [`--file=${folder}`]),
    ...(file === undefined ? [] : [program === 'psql' ? `--file=${file}` : file]),
  ];
}

/** A stream may fail before the program runs; it is then found broken. Unheard, its error would end the process. */
function hearEarlyErrors({ input, output }: Task): void {
  for (const stream of [input, output]) if (typeof stream === 'object') stream.on('error', () => undefined);
}

function streamsOf(task: Task, seeks: boolean): Streams {
  const { output, onStderr, signal, stallTimeout } = task;
  const source = task.input ?? (seeks ? undefined : task.file);
  const input = typeof source === 'string' ? () => createReadStream(source, { highWaterMark: 1024 * 1024 }) : source;
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(onStderr === undefined ? {} : { onStderr }),
    ...(signal === undefined ? {} : { signal }),
    ...(stallTimeout === undefined ? {} : { stallTimeout }),
  };
}
