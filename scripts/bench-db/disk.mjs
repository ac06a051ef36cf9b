import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from '../../plugins/demo/machine/process.mjs';

/** Milliseconds between two looks. */
const PAUSE = 200;

/**
 * Watches how much is written to where copies of a backup can lie: the folder of backups, temporary folders, and what
 * containers of the project write into themselves.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} the most that there was at once during the work, in bytes
 */
export async function mostOnDisk(project, work) {
  const look = async () => sizeOf(project.backups) + sizeOf(project.temporary) + (await sizeOfContainers(project.name));
  const before = await look();
  let most = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      most = Math.max(most, await look());
      await delay(PAUSE);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await watching;
  }
  return Math.max(most, await look()) - before;
}

export function sizeOf(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return list(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** It may be gone by now. */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Their writable layers; one-shot containers too, while they are there. */
async function sizeOfContainers(name) {
  const ids = (await capture('docker', ['ps', '-aq', '--filter', `name=${name}`])).stdout.split('\n').filter(Boolean);
  const format = ['--size', '--format', '{{.SizeRw}}'];
  const { stdout } = await capture('docker', ['container', 'inspect', ...format, ...ids]);
  return stdout
    .split('\n')
    .map(Number)
    .filter((bytes) => bytes > 0)
    .reduce((sum, bytes) => sum + bytes, 0);
}
