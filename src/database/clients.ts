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
import type { Target } from './target.ts';

/** Milliseconds that the clients have to become healthy again. */
const START_TIMEOUT = 300_000;

/** Seconds that a client has for its good-bye. */
const STOP_TIMEOUT = 5;

/** Services of the back office: they have its connection string, and run on. */
export function clientServices(plan: Plan): string[] {
  const environmentOf = (definition: unknown) => (definition as { environment?: object }).environment ?? {};
  return plan.services
    .filter((s) => !s.oneShot && Object.hasOwn(environmentOf(s.definition), 'TRYTOND_DATABASE__URI'))
    .map((s) => s.name);
}

/** The database's clients that run now. Proxy, broker and cache are none: they stay up. */
export interface Clients {
  readonly names: readonly string[];
  /** Does nothing the second time. */
  stop(): Promise<void>;
  /** Starts what `stop` stopped and waits until all of it is healthy; does nothing when nothing is stopped. */
  start(): Promise<void>;
}

/**
 * The running clients of a database. Where the back office serves several databases, the others' users are to notice
 * nothing: then nothing is stopped, and only this database's sessions are ended.
 */
export async function findClients(target: Target, context: DatabaseContext): Promise<Clients> {
  const { engine, plan, server, database } = target;
  const servedAlone = server.databases.length === 1 && server.databases.includes(database);
  const known = new Set(servedAlone ? clientServices(plan) : []);
  const running = (await listContainers(engine, plan.name)).filter((c) => c.state === 'running' && !c.oneOff);
  const names = [...new Set(running.map((c) => c.service).filter((service) => known.has(service)))];
  let stopped = false;
  return {
    names,
    stop: async () => {
      if (names.length === 0 || stopped) return;
      await noteStopped(plan, names);
      stopped = true;
      context.say(`Stopping ${names.join(', ')}`);
      await requireCompose(engine, plan.folder, ['stop', '--timeout', String(STOP_TIMEOUT), ...names]);
    },
    start: async () => {
      if (!stopped) return;
      stopped = false;
      await start(target, names, context);
    },
  };
}

/** Starts clients that a killed run had stopped. */
export async function startStopped(target: Target, context: DatabaseContext): Promise<void> {
  const names = await readFile(noteFile(target.plan), 'utf8').then(
    (text) => JSON.parse(text) as string[],
    () => [],
  );
  if (names.length > 0) await start(target, names, context);
}

async function start({ engine, plan }: Target, names: readonly string[], context: DatabaseContext): Promise<void> {
  context.say(`Starting ${names.join(', ')}`);
  await requireCompose(engine, plan.folder, ['start', ...names]);
  const all = expectedServices(await composeModel(engine, plan.folder));
  const expected: ExpectedServices = new Map([...all].filter(([name]) => names.includes(name)));
  await waitForProject({ engine, project: plan.name, expected, deadline: START_TIMEOUT });
  await rm(noteFile(plan), { force: true });
}

/** What is stopped for a moment stands here, so that a run that was killed leaves a trace. */
const noteFile = (plan: Plan): string => join(plan.folder, '.coog', 'stopped-clients.json');

async function noteStopped(plan: Plan, names: readonly string[]): Promise<void> {
  const path = noteFile(plan);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFilesAtomically([{ path, content: `${JSON.stringify(names)}\n`, mode: 0o600 }]);
}
