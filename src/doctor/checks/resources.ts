import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatBytes } from '../../shared/units.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, Unavailable } from '../types.ts';

/** What the README asks for a complete test installation. */
const CPUS = 4;
const MEMORY = 8e9;
/** Below it a database of any size does not start reliably. */
const LEAST_MEMORY = 2e9;
const ROOM = { error: 2e9, warning: 10e9 };
const FULL = 0.95;

export const resourceChecks: readonly Check[] = [
  {
    id: 'engine-cpus',
    title: 'the engine has processors enough',
    look: async (facts) => {
      const { cpus } = await facts.info();
      if (cpus === 0 || cpus >= CPUS) return [];
      const title = `the engine has ${cpus} processors; a complete Coog wants ${CPUS}`;
      return [{ severity: 'warning', title, next: 'coog config:set COOG_SERVER_WORKERS=1 COOG_CELERY_WORKERS=1' }];
    },
  },
  {
    id: 'engine-memory',
    title: 'the engine has memory enough',
    look: async (facts) => {
      const { memory } = await facts.info();
      if (memory === 0 || memory >= MEMORY * 0.93) return [];
      const title = `the engine has ${formatBytes(memory)} of memory; a complete Coog wants ${formatBytes(MEMORY)}`;
      const severity = memory < LEAST_MEMORY ? 'error' : 'warning';
      return [{ severity, title, next: 'give the machine, or the virtual machine of Docker, more memory' }];
    },
  },
  {
    id: 'engine-disk',
    title: 'there is room for images, containers and logs, where the engine keeps them',
    look: async (facts) => {
      const [engine, { rootFolder }] = await Promise.all([facts.engine(), facts.info()]);
      const free = engine.docker.local ? await roomIn(rootFolder) : await roomInside(facts);
      return tooLittle(free, `where Docker keeps images and logs (${rootFolder})`, 'docker system df');
    },
  },
  {
    id: 'data-disk',
    title: 'there is room for the data of the project',
    look: async (facts) => {
      const { docker } = await facts.engine();
      if (!docker.local) throw new Unavailable('the engine is on another machine');
      const root = resolve(facts.folder, await facts.value('FILESYSTEM_ROOT'));
      return tooLittle(await roomIn(root), `for the data of the project (${root})`, 'coog db:prune');
    },
  },
  {
    id: 'storage-driver',
    title: 'the engine keeps layers in a way that is fast and supported',
    look: async (facts) => {
      const { storageDriver } = await facts.info();
      if (!['vfs', 'devicemapper', 'aufs', 'overlay'].includes(storageDriver)) return [];
      const title = `the engine keeps layers by ${storageDriver}, which is slow or no longer supported`;
      return [{ severity: 'warning', title, next: 'docker info --format {{.Driver}}' }];
    },
  },
];

interface Room {
  /** Bytes. */
  readonly free: number;
  readonly size: number;
}

/** Of the file system that a path is on, or will be on. */
async function roomIn(path: string): Promise<Room> {
  let here = path;
  while (here !== dirname(here) && !(await stat(here).catch(() => undefined))) here = dirname(here);
  const { bavail, bsize, blocks } = await statfs(here);
  return { free: bavail * bsize, size: blocks * bsize };
}

/** What a container of the project sees: the disk of its layers is the engine's. */
async function roomInside(facts: Facts): Promise<Room> {
  const { docker } = await import('../../engine/index.ts');
  const [engine, containers] = await Promise.all([facts.engine(), facts.containers()]);
  const running = containers.find(({ state }) => state === 'running');
  if (!running) throw new Unavailable('the engine is on another machine, and no container runs to look from');
  const { stdout } = await docker(engine, ['exec', running.id, 'df', '-Pk', '/']);
  const [, size = '', , free = ''] = /\n\S+\s+(\d+)\s+(\d+)\s+(\d+)/.exec(stdout) ?? [];
  return { free: Number(free) * 1024, size: Number(size) * 1024 };
}

function tooLittle({ free, size }: Room, where: string, next: string): Finding[] {
  const used = size === 0 ? 0 : 1 - free / size;
  if (free >= ROOM.warning && used < FULL) return [];
  if (free >= ROOM.warning * 10) return [];
  const title = `${formatBytes(free)} are free ${where}`;
  return [{ severity: free < ROOM.error ? 'error' : 'warning', title, evidence: `of ${formatBytes(size)}`, next }];
}
