import { realpath } from 'node:fs/promises';
import type { Container } from '../../engine/index.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, Unavailable } from '../types.ts';

const MANY_RESTARTS = 3;

export const serviceChecks: readonly Check[] = [
  {
    id: 'services-run',
    title: 'every service runs, and is healthy',
    look: async (facts) => {
      const oneShot = new Set((await facts.plan()).services.filter((s) => s.oneShot).map((s) => s.name));
      return (await runningProject(facts)).flatMap((c): Finding[] => {
        const state = stateOf(c, oneShot.has(c.service));
        if (state === undefined) return [];
        const evidence = [c.error, c.health === 'unhealthy' ? c.lastProbe : '']
          .filter((text) => text !== '')
          .join('\n');
        const title = `${c.service} ${state}`;
        const severity = c.health === 'starting' && c.state === 'running' ? 'info' : 'error';
        return [{ severity, title, ...(evidence ? { evidence } : {}), next: `coog logs ${c.service}` }];
      });
    },
  },
  {
    id: 'services-present',
    title: 'every service of the project has a container',
    look: async (facts) => {
      const [containers, plan] = await Promise.all([runningProject(facts), facts.plan()]);
      const seen = new Set(containers.map((c) => c.service));
      const wanted = [...plan.services.map((s) => s.name), ...Object.keys(plan.userServices)];
      const absent = wanted.filter((name) => !seen.has(name));
      if (absent.length === 0) return [];
      const title = `${absent.length} services of the project have no container: ${absent.join(', ')}`;
      return [{ severity: 'warning', title, next: 'coog up -d' }];
    },
  },
  {
    id: 'leftover-containers',
    title: 'every container of the project is one of its services',
    look: async (facts) => {
      const [containers, plan] = await Promise.all([runningProject(facts), facts.plan()]);
      const known = new Set([...plan.services.map((s) => s.name), ...Object.keys(plan.userServices)]);
      const left = containers.filter(({ service }) => !known.has(service));
      if (left.length === 0) return [];
      const title = `containers of services that the project no longer has: ${left.map((c) => c.name).join(', ')}`;
      return [{ severity: 'warning', title, next: 'coog up -d removes them' }];
    },
  },
  {
    id: 'restart-loops',
    title: 'no service is started again and again',
    look: async (facts) =>
      (await runningProject(facts))
        .filter(({ restartCount }) => restartCount >= MANY_RESTARTS)
        .map((c) => ({
          severity: 'warning',
          title: `${c.service} was started again ${c.restartCount} times by itself`,
          evidence: `its last exit code: ${c.exitCode}`,
          next: `coog logs ${c.service}`,
        })),
  },
  {
    id: 'memory-kills',
    title: 'no service was killed for want of memory',
    look: async (facts) =>
      (await runningProject(facts))
        .filter(({ outOfMemory }) => outOfMemory)
        .map((c) => ({
          severity: 'error',
          title: `${c.service} was killed: it had no memory left`,
          next: 'give the machine more memory, or coog config:set fewer COOG_SERVER_WORKERS and COOG_CELERY_WORKERS',
        })),
  },
  {
    id: 'project-name',
    title: 'no other folder runs a project of this name',
    look: async (facts) => {
      const [name, all] = await Promise.all([facts.value('COMPOSE_PROJECT_NAME'), facts.neighbours()]);
      const own = await realpath(facts.folder).catch(() => facts.folder);
      const folders = new Set(all.filter((c) => c.project === name && c.folder !== '').map((c) => c.folder));
      const others = [...folders].filter((folder) => folder !== own && folder !== facts.folder);
      return others.map((folder) => ({
        severity: 'error',
        title: `${folder} runs a project named ${name}, too: each takes the containers of the other for its own`,
        next: 'coog config:set COMPOSE_PROJECT_NAME=ANOTHER_NAME',
      }));
    },
  },
];

/** Containers of a project that was started. @throws Unavailable when there are none */
export async function runningProject(facts: Facts): Promise<readonly Container[]> {
  const containers = await facts.containers();
  if (containers.length === 0) throw new Unavailable('the project does not run');
  return containers;
}

function stateOf({ state, health, exitCode, restart }: Container, oneShot: boolean): string | undefined {
  if (state === 'exited')
    return exitCode === 0 && (oneShot || restart === 'no') ? undefined : `ended with exit code ${exitCode}`;
  if (state !== 'running') return `is ${state}`;
  return health === 'unhealthy' ? 'is unhealthy' : health === 'starting' ? 'is starting' : undefined;
}
