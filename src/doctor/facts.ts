import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ComposeModel,
  type Container,
  composeModel,
  detectEngine,
  type Engine,
  type EngineInfo,
  engineInfo,
  findContainers,
  listContainers,
  preflight,
} from '../engine/index.ts';
import { preflightFacts } from '../operations/index.ts';
import { type Plan, type Planned, type PlanRequest, planProject } from '../plan/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { Unavailable } from './types.ts';

/** What the checks look at. Each fact is found out once, when the first check asks for it, and shared by all. */
export interface Facts {
  readonly request: PlanRequest;
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  readonly now: Date;
  /** Version of the Node that runs coog. */
  readonly node: string;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** The engine, or the problems of finding one: for the checks that tell about it. */
  readonly detect: () => Promise<Engine>;
  readonly engine: () => Promise<Engine>;
  readonly info: () => Promise<EngineInfo>;
  readonly planned: () => Promise<Planned>;
  readonly plan: () => Promise<Plan>;
  /** A final value; empty when there is none. Also known while the configuration has errors. */
  readonly value: (name: string) => Promise<string>;
  /** All containers of the project, one-off ones left out. */
  readonly containers: () => Promise<readonly Container[]>;
  /** All containers of the machine that Compose made. */
  readonly neighbours: () => Promise<readonly Container[]>;
  /** What Compose makes of the files of the last configure. */
  readonly model: () => Promise<ComposeModel>;
  /** What `coog up` would look at before it starts anything. */
  readonly preflight: () => Promise<readonly Problem[]>;
}

export type FactsInput = Pick<Facts, 'request' | 'uid' | 'gid' | 'now' | 'node' | 'signal'>;

export function factsOf(input: FactsInput): Facts {
  const { request, signal, uid, gid } = input;
  const { folder, environment } = request;
  const detect = once(() => detectEngine({ env: environment, folder, signal }));
  const engine = once(() => needing('the engine', detect));
  const planned = once(() => planProject(request));
  const plan = once(async () => {
    const { plan: found } = await planned();
    if (!found) throw new Unavailable('the configuration has errors');
    return found;
  });
  const value = async (name: string) => (await planned()).values.get(name)?.value ?? '';
  const model = once(async () => {
    const [found] = await Promise.all([engine(), plan(), requireConfigured(folder)]);
    return needing('what Compose makes of the project', () => composeModel(found, folder, signal));
  });
  return {
    ...input,
    ...{ folder, detect, engine, planned, plan, value, model },
    info: once(async () => {
      const found = await engine();
      return needing('what the engine says of itself', () => engineInfo(found));
    }),
    containers: once(async () => {
      const [found, name] = await Promise.all([engine(), value('COMPOSE_PROJECT_NAME')]);
      return (await listContainers(found, name)).filter(({ oneOff }) => !oneOff);
    }),
    neighbours: once(async () => {
      const label = 'label=com.docker.compose.project.working_dir';
      return findContainers(await engine(), ['-a', '--filter', label]);
    }),
    preflight: once(async () => {
      const [found, planNow, modelNow] = await Promise.all([engine(), plan(), model()]);
      const facts = preflightFacts(planNow, modelNow);
      return preflight({ engine: found, model: modelNow, project: planNow.name, uid, gid, ...facts });
    }),
  };
}

/** @throws Unavailable */
export async function requireConfigured(folder: string): Promise<void> {
  if (!(await stat(join(folder, '.env')).catch(() => undefined)))
    throw new Unavailable('the project was never configured');
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** A fact that others build on: why it is not to be had is told by the one check that looks at it, not by each. */
async function needing<T>(what: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof ProblemError) throw new Unavailable(`${what} is not to be had`);
    throw error;
  }
}
