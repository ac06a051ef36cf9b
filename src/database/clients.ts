import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  composeModel,
  type ExpectedServices,
  expectedServices,
  listContainers,
  requireCompose,
  waitForProject,
} from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import type { DatabaseContext } from './context.ts';
import { officeDatabases } from './server/index.ts';
import type { Target } from './target.ts';

/** Milliseconds that the clients have to become healthy again. */
const START_TIMEOUT = 300_000;

/** Seconds that a client has for its good-bye. */
const STOP_TIMEOUT = 5;

/** Services of the back office: they have its connection string, and run on. */
export const clientServices = (plan: Plan): string[] => servicesWith(plan, ['TRYTOND_DATABASE__URI']);

/** Services, shipped and the user's own, that are given one of some variables, and run on. */
export function servicesWith(plan: Plan, variables: readonly string[]): string[] {
  const shipped = plan.services.filter((s) => !s.oneShot).map((s) => [s.name, s.definition] as const);
  return [...shipped, ...Object.entries(plan.userServices)]
    .filter(([, definition]) => variables.some((name) => environmentOf(definition).has(name)))
    .map(([name]) => name);
}

/** Names of the variables that a service is given: as a mapping, or as a list of `NAME=value`. */
function environmentOf(definition: unknown): Set<string> {
  const { environment = {} } = definition as { environment?: object };
  const names = Array.isArray(environment) ? environment.map((e) => String(e).split('=')[0] ?? '') : [];
  return new Set(Array.isArray(environment) ? names : Object.keys(environment ?? {}));
}

/** Whose clients they are: the project's, of one of its servers. */
export type Where = Pick<Target, 'engine' | 'plan'> & {
  /** File that names what is stopped for a moment; each server has its own. */
  readonly note?: string;
};

/** The database's clients that run now. Proxy, broker and cache are none: they stay up. */
export interface Clients {
  readonly names: readonly string[];
  /** Does nothing the second time. */
  stop(): Promise<void>;
  /** Starts what `stop` stopped and waits until all of it is healthy; does nothing when nothing is stopped. */
  start(): Promise<void>;
}

/**
 * The running clients of a database; those of a plugin's are what the plugin says. Where the back office serves several databases, the others' users are to notice
 * nothing: then nothing is stopped, and only this database's sessions are ended.
 */
export async function findClients(target: Target, context: DatabaseContext): Promise<Clients> {
  const { plan, database, declared } = target;
  const office = officeDatabases(plan);
  const servedAlone = office.length === 1 && office.includes(database);
  return clientsAmong(declared?.clients ?? (servedAlone ? clientServices(plan) : []), target, context);
}

/** Those of some services that run now. */
export async function clientsAmong(
  services: readonly string[],
  where: Where,
  context: DatabaseContext,
): Promise<Clients> {
  const { engine, plan } = where;
  const known = new Set(services);
  const running = (await listContainers(engine, plan.name)).filter((c) => c.state === 'running' && !c.oneOff);
  const names = [...new Set(running.map((c) => c.service).filter((service) => known.has(service)))];
  let stopped = false;
  return {
    names,
    stop: async () => {
      if (names.length === 0 || stopped) return;
      await noteStopped(where, names);
      stopped = true;
      context.say(`Stopping ${names.join(', ')}`);
      await requireCompose(engine, plan.folder, ['stop', '--timeout', String(STOP_TIMEOUT), ...names]);
    },
    start: async () => {
      if (!stopped) return;
      stopped = false;
      await start(where, names, context);
    },
  };
}

/**
 * Starts clients that a killed run had stopped. Nobody waits for their health: on the database that the killed run has left
 * they may never have it, and what is called now may be the cure.
 */
export async function startStopped(where: Where, context: DatabaseContext): Promise<void> {
  const names = await readFile(noteFile(where), 'utf8').then(
    (text) => JSON.parse(text) as string[],
    () => [],
  );
  if (names.length === 0) return;
  await launch(where, names, context);
  await rm(noteFile(where), { force: true });
}

async function launch({ engine, plan }: Where, names: readonly string[], context: DatabaseContext): Promise<void> {
  context.say(`Starting ${names.join(', ')}`);
  await requireCompose(engine, plan.folder, ['start', ...names]);
}

async function start(where: Where, names: readonly string[], context: DatabaseContext): Promise<void> {
  const { engine, plan } = where;
  await launch(where, names, context);
  const all = expectedServices(await composeModel(engine, plan.folder));
  const expected: ExpectedServices = new Map([...all].filter(([name]) => names.includes(name)));
  await waitForProject({ engine, project: plan.name, expected, deadline: START_TIMEOUT });
  await rm(noteFile(where), { force: true });
}

/** What is stopped for a moment stands here, so that a run that was killed leaves a trace. */
const noteFile = ({ plan, note = 'stopped-clients.json' }: Where): string => join(plan.folder, '.coog', note);

async function noteStopped(where: Where, names: readonly string[]): Promise<void> {
  const path = noteFile(where);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFilesAtomically([{ path, content: `${JSON.stringify(names)}\n`, mode: 0o600 }]);
}
