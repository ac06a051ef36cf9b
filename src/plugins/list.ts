import { gatherExtensions, type LoadedExtension, loadExtensions } from '../extension/index.ts';
import { type Lock, type Planned, type PlanRequest, planProject, readLock } from '../plan/index.ts';
import { isWarning, type Problem } from '../shared/problem.ts';
import { whatItAdds } from './what-it-adds.ts';

/** A plugin as oclif knows it. */
export interface KnownPlugin {
  readonly name: string;
  readonly version: string;
  readonly root: string;
  /** `user`, `link`, `dev`. */
  readonly type: string;
  readonly tag?: string | undefined;
  readonly url?: string | undefined;
  readonly commandIDs: readonly string[];
  /** What is wrong with its commands. */
  readonly faults?: readonly Problem[];
}

/** Whether a plugin takes part in the project; `''` outside of one, and for a plugin that has commands alone. */
export type Part = 'yes' | 'disabled' | 'left out' | 'off' | 'broken' | 'missing' | '';

export interface ListedPlugin {
  readonly name: string;
  /** Empty for one that is missing. */
  readonly version: string;
  readonly root: string;
  /** Where it comes from: `registry (latest)`, `file:/…`, `link`, `repository`. */
  readonly source: string;
  readonly part: Part;
  /** What explains `part`: the switch that is off, what is broken, the version that is needed. */
  readonly why: string;
  readonly adds: readonly string[];
}

export interface ListInput {
  readonly plugins: readonly KnownPlugin[];
  /** Without `folder` there is no project. */
  readonly request: Omit<PlanRequest, 'folder'> & { readonly folder?: string };
}

/** Every plugin, what it adds and whether it takes part, and those that the project misses. Nothing stops it. */
export async function listPlugins({ plugins, request }: ListInput): Promise<ListedPlugin[]> {
  const { folder } = request;
  const lock = folder === undefined ? undefined : await readLock(folder);
  const planned = folder === undefined ? await registered(request) : await planProject({ ...request, folder });
  const rows = plugins.map((plugin): ListedPlugin => {
    const extension = planned.extensions?.find((e) => e.contributor.name === plugin.name);
    const [part, reason] = partOf(plugin.name, extension, { request, lock, planned });
    const why = [reason, ...(plugin.faults ?? []).map(({ title }) => title)].filter((text) => text !== '').join('; ');
    return {
      name: plugin.name,
      version: plugin.version,
      root: plugin.root,
      source: sourceOf(plugin),
      part,
      why,
      adds: whatItAdds(plugin, extension, planned.declarations),
    };
  });
  return [...rows, ...missing(lock, new Set(plugins.map(({ name }) => name)), request.without)].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

type Looked = Pick<Planned, 'plan' | 'problems' | 'declarations' | 'extensions'> & Partial<Pick<Planned, 'values'>>;

/** Outside of a project: what plugins register, without a plan. */
async function registered(request: Omit<PlanRequest, 'folder'>): Promise<Looked> {
  const gathered = await gatherExtensions(request);
  const loaded = await loadExtensions(gathered.registrations);
  return {
    extensions: loaded.extensions,
    declarations: [],
    problems: [...gathered.problems, ...loaded.problems],
  };
}

interface Situation {
  readonly request: ListInput['request'];
  readonly lock: Lock | undefined;
  readonly planned: Looked;
}

function partOf(
  name: string,
  extension: LoadedExtension | undefined,
  { request, lock, planned }: Situation,
): [Part, string] {
  if (lock?.disabled?.includes(name)) return ['disabled', `coog plugins:enable ${name}`];
  if (request.without.has(name)) return ['left out', '--without-plugin'];
  const broken = planned.problems.find((p) => !isWarning(p) && names(p, name));
  if (broken) return ['broken', broken.title];
  if (!extension || request.folder === undefined) return ['', ''];
  const { enabledBy } = extension.extension;
  const isTaking = planned.plan
    ? planned.plan.plugins.some((p) => p.name === name)
    : enabledBy === undefined || planned.values?.get(enabledBy)?.value === 'true';
  return isTaking ? ['yes', ''] : ['off', `coog config:set ${enabledBy}=true`];
}

/** Titles of problems name the plugin; `@coog/plugin-b2c` must not be found in `@coog/plugin-b2c-more`. */
const names = ({ title }: Problem, name: string): boolean => title.split(/[\s:,]+/).includes(name);

const missing = (lock: Lock | undefined, present: ReadonlySet<string>, without: ReadonlySet<string>): ListedPlugin[] =>
  Object.entries(lock?.plugins ?? {})
    .filter(([name]) => !present.has(name) && !without.has(name))
    .map(([name, version]) => ({
      name,
      version: '',
      root: '',
      source: '',
      part: 'missing' as const,
      why: `coog plugins:install ${name}@${version}`,
      adds: [],
    }));

function sourceOf({ type, tag, url }: KnownPlugin): string {
  if (type === 'link') return 'link';
  if (type === 'dev') return 'repository';
  return url ?? `registry (${tag ?? 'latest'})`;
}
