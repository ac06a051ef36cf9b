import { Writable } from 'node:stream';
import { type Engine, parseVersion, runTool, type Version } from '../../../engine/index.ts';
import { type Problem, ProblemError } from '../../../shared/problem.ts';
import { shownServer } from '../problems.ts';
import type { Server } from '../types.ts';
import { passLine } from './passfile.ts';
import { type ContainerSetting, runInContainer, runOnHost } from './run.ts';
import type { ClientPrograms } from './types.ts';

export interface ClientChoice {
  /** `container`, the default: the image of the project's server, else the project's image. `host`: this machine's own. */
  readonly client?: 'container' | 'host' | undefined;
  /** As server_version_num, from a connection. */
  readonly serverVersion: number;
}

/**
 * Finds client programs that are not older than the server (0.3 s).
 * @throws ProblemError (exit code 2) DB_CLIENT_TOO_OLD, DB_CLIENT_MISSING, DB_PASSWORD_INVALID
 */
export async function clientFor(server: Server, engine: Engine, choice: ClientChoice): Promise<ClientPrograms> {
  // One that no passfile can hold is refused before anything begins.
  passLine(server.password());
  const candidates = choice.client === 'host' ? [onHost(server, engine, choice)] : inContainers(server, engine, choice);
  let tooOld: Version | undefined;
  for (const find of candidates) {
    const found = await find();
    if (found && found.client.major >= Math.floor(choice.serverVersion / 10_000)) return found.client;
    tooOld ??= found?.version;
  }
  throw new ProblemError(tooOld ? clientTooOld(server, tooOld, choice) : clientMissing(server, choice));
}

interface Found {
  readonly version: Version;
  readonly client: ClientPrograms;
}

type Candidate = () => Promise<Found | undefined>;

function inContainers(server: Server, engine: Engine, { serverVersion }: ClientChoice): Candidate[] {
  const local = engine.docker.local && process.platform === 'linux';
  const ofImage = (image: string, kind: 'container' | 'image') => async (): Promise<Found | undefined> => {
    const setting = { server, engine, image, serverVersion };
    // An engine in a virtual machine, or a coog in a container, does not see the files and pipes of this machine.
    for (const shares of local ? [true, false] : [false]) {
      const version = await askVersion({ ...setting, shares });
      if (version) return { version, client: clientIn({ ...setting, shares }, kind, version) };
    }
    return undefined;
  };
  const pinned = ofImage(server.image, 'image');
  const { container } = server;
  if (!container) return [pinned];
  const itsOwn = async (): Promise<Found> => ofServer(server, engine, serverVersion, container.image);
  return [local && container.here ? itsOwn : ofImage(container.image, 'container'), pinned];
}

/** The server's own image has its programs. Asking them takes as long as starting a container. */
function ofServer(server: Server, engine: Engine, serverVersion: number, image: string): Found {
  const [major, minor] = [Math.floor(serverVersion / 10_000), serverVersion % 10_000];
  const version = { text: `${major}.${minor}`, major, minor, patch: 0 };
  return { version, client: clientIn({ server, engine, image, serverVersion, shares: true }, 'container', version) };
}

const clientIn = (
  setting: ContainerSetting,
  kind: 'container' | 'image',
  { text, major }: Version,
): ClientPrograms => ({
  kind,
  version: text,
  major,
  seeks: setting.shares,
  run: (program, args, options = {}) => runInContainer(setting, { program, args, ...options }),
});

/** Milliseconds. */
const PATIENCE = 20_000;

/** What pg_dump says of itself by the same way as all that it says later; undefined when that way leads nowhere. */
async function askVersion(setting: ContainerSetting): Promise<Version | undefined> {
  let said = '';
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      said += chunk.toString();
      done();
    },
  });
  const signal = AbortSignal.timeout(PATIENCE);
  const task = { program: 'pg_dump' as const, args: ['--version'], output, signal };
  const result = await runInContainer(setting, task).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    return undefined;
  });
  return result?.exitCode === 0 ? parseVersion(said) : undefined;
}

const onHost =
  (server: Server, engine: Engine, { serverVersion }: ClientChoice): Candidate =>
  async () => {
    const result = await runTool(engine, 'pg_dump', ['--version']).catch(() => undefined);
    const version = result && parseVersion(result.stdout);
    if (!version) return undefined;
    const client: ClientPrograms = {
      kind: 'host',
      version: version.text,
      major: version.major,
      seeks: true,
      run: (program, args, options = {}) => runOnHost({ server, engine, serverVersion }, { program, args, ...options }),
    };
    return { version, client };
  };

const clientTooOld = (server: Server, { text }: Version, { client, serverVersion }: ClientChoice): Problem => ({
  code: 'DB_CLIENT_TOO_OLD',
  title: `pg_dump ${text} is older than the server (PostgreSQL ${Math.floor(serverVersion / 10_000)})`,
  detail: `${shownServer(server)} is read and written by programs of its own version or a later one.`,
  next:
    client === 'host'
      ? 'leave out --client host'
      : `coog config:set IMAGE_VERSION_POSTGRES=${Math.floor(serverVersion / 10_000)}-alpine`,
});

const clientMissing = (server: Server, { client }: ClientChoice): Problem => ({
  code: 'DB_CLIENT_MISSING',
  title:
    client === 'host'
      ? 'pg_dump is not installed on this machine'
      : `pg_dump cannot be run from the image ${server.image}`,
  next: client === 'host' ? 'sudo apt-get install postgresql-client' : 'coog pull',
});
