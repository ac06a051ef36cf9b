import { setTimeout as delay } from 'node:timers/promises';
import { type Problem, ProblemError } from '../../shared/problem.ts';
import { findContainers } from '../containers.ts';
import type { Engine } from '../engine.ts';
import type { ComposeModel } from '../model/model.ts';
import { listNetworks } from './docker-networks.ts';
import { checkFolders } from './folders.ts';
import { readHostRanges } from './host-routes.ts';
import { findListener } from './port-holder.ts';
import { checkPorts } from './ports.ts';
import { checkPostgresData, type PostgresData } from './postgres-data.ts';
import { probePort } from './probe-port.ts';
import { checkSubnets } from './subnets.ts';

export interface PreflightOptions {
  readonly engine: Engine;
  readonly model: ComposeModel;
  /** COMPOSE_PROJECT_NAME; the model's own name when absent. */
  readonly project?: string;
  /** Folders whose content is the project's data: FILESYSTEM_ROOT and the values of the *_VOLUME variables. */
  readonly roots: readonly string[];
  /** `80/tcp` (as published on the host) → the variable that sets it. */
  readonly portVariables?: ReadonlyMap<string, string>;
  /** Key of a network → the variable that sets its subnet. */
  readonly subnetVariables?: ReadonlyMap<string, string>;
  /** Absent when no PostgreSQL is bundled. */
  readonly postgres?: PostgresData;
  /** Who runs coog: `process.getuid()`, `process.getgid()`. */
  readonly uid: number;
  readonly gid: number;
}

const SUBNET_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['backend', 'CUSTOM_NETWORK_BACKEND_SUBNET'],
  ['frontend', 'CUSTOM_NETWORK_FRONTEND_SUBNET'],
]);

/** What Docker Engine puts in front of a published port. */
const PROXY = 'docker-proxy';
const LOOKS = 4;
/** Milliseconds between two looks. */
const PAUSE = 400;

/**
 * Everything that would make a start fail, found before anything changes and reported at once: ports, subnets, folders, the
 * data folder's PostgreSQL. Runs all checks in parallel. With an engine on another machine only what Docker itself
 * tells is checked.
 */
export async function preflight(options: PreflightOptions): Promise<Problem[]> {
  const { local } = options.engine.docker;
  const checks = [
    ...(local ? [portProblems(options)] : []),
    subnetProblems(options),
    ...(local ? [checkFolders(options.model, options)] : []),
    ...(local && options.postgres ? [checkPostgresData(options.engine, options.postgres)] : []),
  ];
  return (await Promise.all(checks.map((check) => check.catch(problemsOf)))).flat();
}

/**
 * The engine takes a container's ports before it tells that the container runs: a port that the engine holds for nobody is
 * looked at again, with the containers of then. So it is where coog was killed in the middle of a start.
 */
async function portProblems({ engine, model, project, portVariables }: PreflightOptions): Promise<Problem[]> {
  if (Object.values(model.services).every(({ ports }) => ports.length === 0)) return [];
  for (let look = 1; ; look += 1) {
    let heldByEngine = false;
    const problems = await checkPorts(model, {
      project: project ?? model.name,
      containers: await findContainers(engine, []),
      variables: portVariables ?? new Map(),
      probe: probePort,
      findListener: async (endpoint) => {
        const listener = await findListener(endpoint);
        heldByEngine ||= listener?.processes.some(({ name }) => name === PROXY) ?? false;
        return listener;
      },
    });
    if (!heldByEngine || look === LOOKS) return problems;
    await delay(PAUSE);
  }
}

async function subnetProblems({ engine, model, subnetVariables }: PreflightOptions): Promise<Problem[]> {
  if (Object.keys(model.networks).length === 0) return [];
  const [networks, hostRanges] = await Promise.all([
    listNetworks(engine),
    engine.docker.local ? readHostRanges() : Promise.resolve([]),
  ]);
  return checkSubnets(model, { networks, hostRanges, variables: subnetVariables ?? SUBNET_VARIABLES });
}

/** A check that cannot be made is a finding like another; a fault of coog's own is not. */
function problemsOf(error: unknown): Problem[] {
  if (error instanceof ProblemError) return [...error.problems];
  throw error;
}
