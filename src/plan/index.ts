/** The plan: what a project resolves to, and the files that it becomes. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Declaration } from '../configuration/index.ts';
import { type Contributor, gatherExtensions, loadExtensions, type RunHook } from '../extension/index.ts';
import { readProject } from '../project/index.ts';
import { isWarning, type Problem, throwErrors } from '../shared/problem.ts';
import { type IsOlder, type Lock, olderPlugins, readLock, vanishedPlugins } from './lock.ts';
import { makePlan } from './make.ts';
import { parseCached } from './parsed-cache.ts';
import type { Planned } from './types.ts';
import { openUserFileCache } from './user-file-cache.ts';

export { type Lock, lockFile, readLock, renderLock } from './lock.ts';
export { makePlan } from './make.ts';
export { parseShipped } from './read-shipped.ts';
export { type ReceivedBy, receivedBy } from './received-by.ts';
export { digest, envFileState, generatedComposeFile, renderPlan } from './render.ts';
export type { Plan, PlanInput, Planned, PlannedDatabase, PlannedFile } from './types.ts';

export interface PlanRequest {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runHook: RunHook;
  readonly cli: Contributor;
  readonly without: ReadonlySet<string>;
  /** Plugins that have the hook; see GatherInput. */
  readonly registering?: readonly Contributor[];
  /** Text to take instead of a file of the project (path relative to it): what would be if it were written. */
  readonly replace?: ReadonlyMap<string, string>;
}

/** Collects everything that a project consists of and resolves it. Writes nothing. */
export async function planProject(request: PlanRequest): Promise<Planned> {
  const lock = await readLock(request.folder);
  const without = new Set([...request.without, ...(lock?.disabled ?? [])]);
  const [project, gathered] = await Promise.all([
    readProject(request.folder, request.replace),
    gatherExtensions({ ...request, without }),
  ]);
  const loaded = await loadExtensions(gathered.registrations);
  const userFiles = await openUserFileCache(request.folder, request);
  const made = await makePlan({
    project,
    extensions: loaded.extensions,
    parsed: await parseCached(loaded.extensions, request),
    parseFile: userFiles.parse,
    environment: request.environment,
    cli: request.cli,
    leftOut: without,
    disabledPlugins: lock?.disabled ?? [],
    readText: (path) => readFile(resolve(request.folder, path), 'utf8').catch(() => undefined),
  });
  await userFiles.save();
  const planned: Planned = { ...made, extensions: loaded.extensions };
  const present = gathered.registrations.map((r) => r.contributor);
  const different = [
    ...vanishedPlugins(lock, gathered.present, without),
    ...olderPlugins(lock, present, await olderVersion()),
  ];
  // Giving up a plugin that vanished leaves out what is not there, and means it.
  const given = gathered.problems.filter((p) => p.code !== 'PLUGIN_UNKNOWN' || !isKnownTo(lock, without, p));
  const gatheredProblems = [...given, ...loaded.problems, ...different];
  const faults = [...gatheredProblems, ...planned.problems.filter((p) => faultsOfPlugins.has(p.code))];
  if (faults.every(isWarning)) return { ...planned, problems: [...gatheredProblems, ...planned.problems] };
  // Without one of its plugins a project looks full of unknown names; only the causes are told, and nothing is planned.
  return { ...withoutPlan(planned), problems: faults };
}

/** Of what makePlan finds, what is wrong with a plugin by itself, whatever else is missing. */
const faultsOfPlugins: ReadonlySet<string> = new Set([
  'FRAGMENT_INVALID',
  'FRAGMENT_CONFLICT',
  'DECLARATIONS_INVALID',
  'VARIABLE_CONFLICT',
  'PLUGIN_FILE_INVALID',
]);
const isKnownTo = (lock: Lock | undefined, left: ReadonlySet<string>, problem: Problem): boolean =>
  [...left].some((name) => isNamedIn(lock, name) && problem.title.includes(` ${name} `));

const isNamedIn = (lock: Lock | undefined, plugin: string): boolean =>
  lock?.plugins[plugin] !== undefined || (lock?.disabled ?? []).includes(plugin);

/** Loaded by now: gathering judges versions as well. */
async function olderVersion(): Promise<IsOlder> {
  const { default: valid } = await import('semver/functions/valid.js');
  const { default: lessThan } = await import('semver/functions/lt.js');
  return (version, other) => valid(version) !== null && valid(other) !== null && lessThan(version, other);
}

const withoutPlan = ({ plan: _, ...planned }: Planned): Omit<Planned, 'plan'> => planned;

/** Every variable that the core and the plugins declare, for what needs no project. @throws ProblemError */
export async function planDeclarations(request: Omit<PlanRequest, 'folder'>): Promise<readonly Declaration[]> {
  const gathered = await gatherExtensions(request);
  const loaded = await loadExtensions(gathered.registrations);
  const read = await parseCached(loaded.extensions, request);
  throwErrors([...gathered.problems, ...loaded.problems, ...read.problems]);
  return read.declarations;
}

/** Services and variables of the core and of the plugins, each with the package that has it. A broken plugin counts as none. */
export async function shippedNames(
  request: Omit<PlanRequest, 'folder'>,
): Promise<{ readonly services: ReadonlyMap<string, string>; readonly variables: ReadonlyMap<string, string> }> {
  const gathered = await gatherExtensions(request);
  const loaded = await loadExtensions(gathered.registrations);
  const { fragments, declarations } = await parseCached(loaded.extensions, request);
  return {
    services: new Map(fragments.flatMap((f) => (f.service ? [[f.service.name, f.owner] as const] : []))),
    variables: new Map(declarations.flatMap((d) => [d.name, ...d.setBy].map((name) => [name, d.owner] as const))),
  };
}
