import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import {
  type Container,
  type DockerAccess,
  detectEngine,
  engineEnvironment,
  listContainers,
  memoryOf,
} from '../engine/index.ts';
import type { Plan, Planned } from '../plan/index.ts';
import type { RunningContext } from './running.ts';
import { type PluginStatusRow, pluginRows } from './status-rows.ts';
import { projectUrls, serviceUrls } from './urls.ts';

export interface ServiceStatus {
  readonly service: string;
  /** `group/service` of a shipped one; empty for the user's own and for what is no longer in the plan. */
  readonly fragment: string;
  /** Docker's state, or `absent` when there is no container, or `leftover` for a container that the plan does not know. */
  readonly state: string;
  readonly health: string;
  /** ISO 8601; when it started, or ended. */
  readonly since: string;
  readonly exitCode?: number;
  /** Bytes; absent when it does not run, or runs on another machine. */
  readonly memory?: number;
  readonly urls: readonly string[];
  readonly image: string;
  readonly container: string;
}

export interface ProjectStatus {
  readonly project: string;
  readonly services: readonly ServiceStatus[];
  readonly urls: readonly string[];
  /** What plugins tell. */
  readonly rows: readonly PluginStatusRow[];
  /** Shipped services that take no part. */
  readonly leftOut: Plan['leftOut'];
}

/**
 * What of a project runs. A project with problems (a broken plugin, a value that does not fit) is shown all the same: then
 * only its containers are known.
 */
export async function status(planning: Promise<Planned>, context: RunningContext): Promise<ProjectStatus> {
  const { environment, folder } = context;
  const access: DockerAccess = { env: engineEnvironment(environment, folder) };
  const [{ plan, values }, early] = await Promise.all([planning, containersOfLast(access, folder)]);
  const project = values.get('COMPOSE_PROJECT_NAME')?.value ?? '';
  const listing = early?.project === project ? early.containers : containersOf(access, project);
  const [containers, told] = await Promise.all([
    listing.catch((error: unknown) => tellEngine(error, context)),
    plan ? pluginRows(plan, access) : [],
  ]);
  const fragments = new Map(plan?.services.map((s) => [s.name, s.fragment]));
  const urls = new Map(plan?.services.map(({ name }) => [name, serviceUrls(plan, name)]));
  const names = new Set([...fragments.keys(), ...Object.keys(plan?.userServices ?? {})]);
  const rows = await Promise.all(
    containers.map(async (c): Promise<ServiceStatus> => {
      const memory = await memoryOf(c);
      const more = { fragment: fragments.get(c.service) ?? '', urls: urls.get(c.service) ?? [] };
      return { ...ofContainer(c, !plan || names.has(c.service)), ...more, ...(memory === undefined ? {} : { memory }) };
    }),
  );
  const seen = new Set(containers.map((c) => c.service));
  const absent = [...names].filter((name) => !seen.has(name)).map((name) => ofAbsent(name, fragments.get(name) ?? ''));
  const services = [...rows, ...absent].sort((a, b) => (a.service < b.service ? -1 : 1));
  return { project, services, urls: plan ? projectUrls(plan) : [], rows: told, leftOut: plan?.leftOut ?? [] };
}

const containersOf = async (access: DockerAccess, project: string): Promise<Container[]> =>
  (await listContainers(access, project)).filter(({ oneOff }) => !oneOff);

/** The engine is asked while the plan is made: the project most often has the name that it had at the last configure. */
async function containersOfLast(access: DockerAccess, folder: string) {
  const env = await readFile(join(folder, '.env'), 'utf8').catch(() => '');
  const project = parse(env).COMPOSE_PROJECT_NAME;
  if (project === undefined) return undefined;
  const containers = containersOf(access, project);
  // Whether it is asked for at all is known only later.
  containers.catch(() => undefined);
  return { project, containers };
}

/** Why the engine did not answer, as every other command tells it. */
async function tellEngine(error: unknown, { environment, folder }: RunningContext): Promise<never> {
  await detectEngine({ env: environment, folder });
  throw error;
}

function ofContainer(c: Container, planned: boolean): Omit<ServiceStatus, 'fragment' | 'urls'> {
  const ended = c.state === 'exited' || c.state === 'dead';
  return {
    service: c.service,
    state: planned ? c.state : 'leftover',
    health: ended ? '' : (c.health ?? ''),
    since: (ended ? c.finishedAt : c.startedAt) ?? '',
    ...(ended ? { exitCode: c.exitCode } : {}),
    image: c.image,
    container: c.name,
  };
}

const ofAbsent = (service: string, fragment: string): ServiceStatus => ({
  service,
  fragment,
  urls: [],
  state: 'absent',
  health: '',
  since: '',
  image: '',
  container: '',
});
