import { Writable } from 'node:stream';
import type { StreamResult } from '../../engine/index.ts';
import { ExitCode, type Problem, ProblemError } from '../../shared/problem.ts';
import { runContained, runUncontained, SECRET, type Streams } from '../client/index.ts';
import type { MongoTarget } from './server.ts';

export type Tool = 'mongodump' | 'mongorestore';

/** Something that runs MongoDB's tools on the project's server. */
export interface Tools {
  /** As mongodump prints it: `100.10.0`. */
  readonly version: string;
  /**
   * Runs one to its end.
   * @returns the lines that it said
   * @throws ProblemError MONGO_TOOL_FAILED, MONGO_TOOL_STALLED (1); the error of a stream
   */
  run(tool: Tool, args: readonly string[], streams: Streams): Promise<string[]>;
}

/** Milliseconds without a byte after which a tool is given up. */
const STALL = 600_000;

/** Milliseconds. */
const PATIENCE = 20_000;

/** Where images of MongoDB keep their data. */
const DATA = ['/data/db', '/data/configdb'];

/** Starts a program somewhere. */
type Way = (command: readonly string[], streams: Streams) => Promise<StreamResult>;

/**
 * Finds MongoDB's tools: in the image of the project's server, else in the project's image; or on this machine.
 * @throws ProblemError MONGO_TOOLS_MISSING (2)
 */
export async function findTools(target: MongoTarget, client: 'container' | 'host' | undefined): Promise<Tools> {
  const ways = client === 'host' ? [onHost(target)] : inContainers(target);
  for (const way of ways) {
    const version = await askVersion(way);
    if (version !== undefined) return { version, run: (tool, args, streams) => run(way, tool, args, streams) };
  }
  throw new ProblemError(missing(target, client));
}

function inContainers({ server, engine }: MongoTarget): Way[] {
  const { project, near, images, nearUri } = server;
  // An engine in a virtual machine, or a coog in a container, does not see the pipes of this machine.
  const sharing = engine.docker.local && process.platform === 'linux' ? [true, false] : [false];
  return images.flatMap((image) =>
    sharing.map((shares): Way => {
      const setting = { engine, project, near, image, tmpfs: DATA, shares };
      return (command, streams) => runContained(setting, { command, secret: secretOf(nearUri()), mounts: {}, streams });
    }),
  );
}

const onHost =
  ({ server, engine }: MongoTarget): Way =>
  (command, streams) =>
    runUncontained(engine, { command, secret: secretOf(server.uri()), streams });

/** A configuration file of the tools: the one place for a password that nobody else sees. JSON is YAML. */
const secretOf = (uri: string): string => `${JSON.stringify({ uri })}\n`;

async function run(way: Way, tool: Tool, args: readonly string[], streams: Streams): Promise<string[]> {
  const lines: string[] = [];
  const onStderr = (line: string) => void lines.push(withoutUri(line));
  const result = await way([tool, `--config=${SECRET}`, ...args], { stallTimeout: STALL, ...streams, onStderr });
  if (result.exitCode === 0 && !result.stalled && !result.cancelled && !result.unread) return lines;
  throw new ProblemError(failure(tool, result), { exitCode: ExitCode.failed });
}

/** The tools quote the URI that they cannot connect to, with the password in it. */
const withoutUri = (text: string): string => text.replace(/mongodb(\+srv)?:\/\/\S+/g, 'MongoDB');

function failure(tool: Tool, { exitCode, stderr, stalled, unread }: StreamResult): Problem {
  const about = { detail: withoutUri(stderr), next: 'coog status' };
  if (stalled)
    return { code: 'MONGO_TOOL_STALLED', title: `${tool} was ended: no data went through for too long`, ...about };
  const how = unread && exitCode === 0 ? 'did not read all of it' : `ended with exit code ${exitCode}`;
  return { code: 'MONGO_TOOL_FAILED', title: `${tool} ${how}`, ...about };
}

/** What mongodump says of itself by the same way as all that it says later; undefined when that way leads nowhere. */
async function askVersion(way: Way): Promise<string | undefined> {
  let said = '';
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      said += chunk.toString();
      done();
    },
  });
  const signal = AbortSignal.timeout(PATIENCE);
  const result = await way(['mongodump', '--version'], { output, signal }).catch(() => undefined);
  return result?.exitCode === 0 ? /mongodump version:\s*(\S+)/.exec(said)?.[1] : undefined;
}

const missing = ({ server }: MongoTarget, client: 'container' | 'host' | undefined): Problem => ({
  code: 'MONGO_TOOLS_MISSING',
  title:
    client === 'host'
      ? 'mongodump is not installed on this machine'
      : `mongodump cannot be run from the image ${server.images.at(-1)}`,
  next: client === 'host' ? 'install the MongoDB Database Tools' : 'coog pull, or --client host',
});
