import { type Container, detectEngine, listContainers } from '../engine/index.ts';
import type { Plan, Planned } from '../plan/index.ts';
import type { RunningContext } from './running.ts';
import { type PluginStatusRow, pluginRows } from './status-rows.ts';
import { projectUrls } from './urls.ts';

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
export async function status(planned: Planned, context: RunningContext): Promise<ProjectStatus> {
  const engine = await detectEngine({ env: context.environment, folder: context.folder });
  const { plan } = planned;
  const project = planned.values.get('COMPOSE_PROJECT_NAME')?.value ?? '';
  const [all, told] = await Promise.all([listContainers(engine, project), plan ? pluginRows(plan, engine) : []]);
  const containers = all.filter((c) => !c.oneOff);
  const fragments = new Map(plan?.services.map((s) => [s.name, s.fragment]));
  const names = new Set([...fragments.keys(), ...Object.keys(plan?.userServices ?? {})]);
  const rows = containers.map((c) => ofContainer(c, fragments.get(c.service) ?? '', !plan || names.has(c.service)));
  const seen = new Set(containers.map((c) => c.service));
  const absent = [...names].filter((name) => !seen.has(name)).map((name) => ofAbsent(name, fragments.get(name) ?? ''));
  const services = [...rows, ...absent].sort((a, b) => (a.service < b.service ? -1 : 1));
  return { project, services, urls: plan ? projectUrls(plan) : [], rows: told, leftOut: plan?.leftOut ?? [] };
}

function ofContainer(c: Container, fragment: string, planned: boolean): ServiceStatus {
  const ended = c.state === 'exited' || c.state === 'dead';
  return {
    service: c.service,
    fragment,
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
  state: 'absent',
  health: '',
  since: '',
  image: '',
  container: '',
});
