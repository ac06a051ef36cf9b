import { setTimeout as delay } from 'node:timers/promises';
import { type DockerAccess, docker, dockerLines, tryDocker } from '../../engine/index.ts';
import { isOrphaned } from '../../shared/process-owner.ts';
import { removeStalePipes } from './pipe.ts';
import { SCRIPT } from './wrapper.ts';

const PROJECT_LABEL = 'coog.database-client';
const OWNER_LABEL = 'coog.owner';
const PIPE = '/coog/output';

/** Where the container of a client program is put. */
export interface Near {
  readonly network: string;
  /** What it finds the server at. */
  readonly host: string;
  readonly port: number;
  /** `name:address` pairs for the container's hosts file. */
  readonly hosts: readonly string[];
}

export interface OneShot {
  readonly name: string;
  readonly image: string;
  readonly owner: string;
  readonly mode: 'data' | 'alone';
  /** Folders inside that are empty and in memory. */
  readonly tmpfs: readonly string[];
  /** Files of this machine by their path inside, read-only. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Of the container; see `userInside`. */
  readonly user: string;
  /** A folder that is written to. */
  readonly folder: { readonly path: string; readonly inside: string } | undefined;
  /** What gets standard output: the engine, a named pipe of this machine, or nobody. */
  readonly output: 'engine' | 'nobody' | { readonly pipe: string };
  readonly command: readonly string[];
}

/**
 * The arguments of the `docker` command that runs one client program in a container of its own, beside the server and never
 * in the server's: PostgreSQL is process 1 there, and takes an orphan that dies by a signal for a crash of its own, upon
 * which it ends every session. No log: the engine would write the whole dump into it. The tmpfs stand where images keep
 * their data folder, instead of a new volume.
 */
export function oneShotArguments(
  { project, near }: { readonly project: string; readonly near: Near },
  { name, image, owner, mode, tmpfs, mounts, output, command, user, folder }: OneShot,
): string[] {
  const pipe = typeof output === 'object' ? ['--mount', mountOf(output.pipe, PIPE)] : [];
  const target = typeof output === 'object' ? PIPE : output === 'nobody' ? '/dev/null' : '-';
  return [
    ...placed({ project, near }, owner),
    ...['--name', name, '--log-driver=none'],
    // Root can read a backup with mode 0600; without the rest of root's rights.
    ...[
      `--user=${user}`,
      '--cap-drop=ALL',
      '--cap-add=DAC_OVERRIDE',
      '--security-opt=no-new-privileges',
      '--read-only',
    ],
    ...['/tmp', ...tmpfs].map((folder) => `--tmpfs=${folder}`),
    ...Object.entries(mounts).flatMap(([inside, path]) => ['--mount', `${mountOf(path, inside)},readonly`]),
    ...(folder ? ['--mount', mountOf(folder.path, folder.inside)] : []),
    ...[...pipe, '--entrypoint=sh', image, '-c', SCRIPT, 'coog', mode, target, ...command],
  ];
}

/** What every container of a client program begins with. */
export function placed({ project, near }: { project: string; near: Near }, owner: string): string[] {
  const { network, hosts } = near;
  return [
    ...['run', '--rm', '--interactive', '--init', '--pull=never'],
    ...['--network', network, ...hosts.flatMap((host) => ['--add-host', host])],
    ...['--label', `${PROJECT_LABEL}=${project}`, '--label', `${OWNER_LABEL}=${owner}`],
  ];
}

/** A field of CSV, since a path may hold a comma. */
export const mountOf = (path: string, inside: string): string =>
  `type=bind,"source=${path.replaceAll('"', '""')}",target=${inside}`;

/** Milliseconds from the start of a `docker run` in which the engine may still be making its container. */
const MAKING = 3_000;
const PAUSE = 100;

/**
 * Removes the container of a `docker run` that was begun at `begun` (milliseconds since 1970; 0 when it ended by itself).
 * One that is ended before it knows its container leaves the engine to make it all the same: it is looked for again until
 * the engine says that there was one.
 */
export async function removeContainer(access: DockerAccess, name: string, begun: number): Promise<void> {
  const seen = ['events', '--since=1h', '--until=0s', '--filter', `container=${name}`, '--filter', 'event=create'];
  for (;;) {
    const made = (await tryDocker(access, seen)).stdout !== '';
    await tryDocker(access, ['rm', '--force', '--volumes', name]);
    if (made || Date.now() > begun + MAKING) return;
    await delay(PAUSE);
  }
}

/**
 * Removes the containers of client programs whose coog was killed on this machine, and its pipes. Hands back the names of
 * the containers.
 * @throws ProblemError when the engine does not answer
 */
export async function removeStaleClients(access: DockerAccess, project: string): Promise<string[]> {
  const filter = ['--filter', `label=${PROJECT_LABEL}=${project}`];
  const format = ['--format', `{{.Names}}\t{{.Label "${OWNER_LABEL}"}}`];
  const lines = await dockerLines(access, ['ps', '--all', ...filter, ...format]);
  const found = lines.map((line) => line.split('\t') as [string, string?]);
  const stale = await Promise.all(found.map(async ([name, owner = '']) => ((await isOrphaned(owner)) ? [name] : [])));
  const names = stale.flat();
  if (names.length > 0) await docker(access, ['rm', '--force', '--volumes', ...names]);
  await removeStalePipes();
  return names;
}
