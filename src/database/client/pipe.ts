import { constants, openSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type DockerAccess, runTool } from '../../engine/index.ts';
import { isOrphaned, ownerLabel } from '../../shared/process-owner.ts';

/** A way out of a container that does not lead through the engine. */
export interface Pipe {
  readonly path: string;
  readonly source: Readable;
  /** Takes the name away; who has it open goes on. */
  remove(): void;
}

const PREFIX = 'coog-pipe-';
const SEPARATOR = '@';

/**
 * Makes a named pipe in a folder that only we may enter, open for reading. What a container prints is copied by four
 * processes on its way through the engine, some 80 MB/s at best; this is ten times as fast and leaves the processors to
 * pg_dump. It holds no data by itself. @throws Error where named pipes cannot be made
 */
export async function makePipe(access: DockerAccess): Promise<Pipe> {
  const folder = await ownFolder();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'output');
    await runTool(access, 'mkfifo', ['-m', '600', path]);
    // Not waiting for the writer, who may never come; the end of the data is seen only after one has come and gone.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { path, source: new Socket({ fd, readable: true, writable: false }), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A new folder that only we may enter. A killed run's is removed by {@link removeStalePipes}. */
export async function ownFolder(): Promise<string> {
  const owner = (await ownerLabel()).replaceAll('/', SEPARATOR);
  return mkdtemp(join(tmpdir(), `${PREFIX}${owner}${SEPARATOR}`));
}

/** Removes the pipes that killed runs have left. */
export async function removeStalePipes(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith(PREFIX))) {
    const owner = name.slice(PREFIX.length).split(SEPARATOR).slice(0, 3).join('/');
    if (await isOrphaned(owner))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}
