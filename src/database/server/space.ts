import { type DockerAccess, tryDocker } from '../../engine/index.ts';
import type { Server } from './types.ts';

/** Milliseconds. */
const TIMEOUT = 30_000;

/**
 * Bytes that are free where the bundled server keeps its data, for a user who is not root; undefined for an external
 * server, and when the container does not say.
 */
export async function freeSpace(server: Server, access: DockerAccess): Promise<number | undefined> {
  const { container } = server;
  if (!container) return undefined;
  // One process without children, run to its end: what is left behind in this container becomes a child of PostgreSQL.
  const args = ['exec', container.id, 'df', '-P', '-k', container.dataFolder];
  const { exitCode, stdout } = await tryDocker(access, args, { timeout: TIMEOUT });
  return exitCode === 0 ? readAvailable(stdout) : undefined;
}

/** POSIX's format has one line for a file system, whatever the length of its name; sizes are in KiB. */
export function readAvailable(output: string): number | undefined {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const [, available] = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line) ?? [];
  return available === undefined ? undefined : Number(available) * 1024;
}
