import type { Fragment } from '../compose/index.ts';
import type { Declaration } from '../configuration/index.ts';
import { type Extension, hookTimeout, loadExtensions, type Registration } from '../extension/index.ts';
import { parseShipped } from '../plan/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { ConformanceOptions } from './conformance.ts';
import { askHook, type PluginFolder, readPlugin } from './plugin.ts';
import { type RenderedProject, renderProject } from './render.ts';

/** What the checks look at; each part is made once, when the first check asks for it. */
export interface Look {
  readonly root: string;
  readonly plugin: () => Promise<PluginFolder>;
  /** What the hook answers, and the milliseconds that it took. */
  readonly answer: () => Promise<{ readonly answer: unknown; readonly took: number }>;
  readonly extension: () => Promise<Extension>;
  readonly shipped: () => Promise<Shipped>;
  /** A project with the plugin, every switch of it on. */
  readonly project: () => Promise<RenderedProject>;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Shipped {
  readonly fragments: readonly Fragment[];
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
}

export function lookAt(
  { root, settings = {}, others = [] }: ConformanceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Look {
  const plugin = once(() => readPlugin(root));
  const answer = once(async () => {
    const began = performance.now();
    const answered = await inTime(askHook(await plugin()));
    return { answer: answered, took: performance.now() - began };
  });
  const extension = once(async () => (await answer()).answer as Extension);
  const shipped = once(async () => {
    const registration: Registration = { contributor: (await plugin()).contributor, extension: await extension() };
    const { extensions, problems } = await loadExtensions([registration]);
    const parsed = parseShipped(extensions);
    return { ...parsed, problems: [...problems, ...parsed.problems] };
  });
  const project = once(async () => {
    const on = switchesOf(await extension(), await shipped());
    return renderProject({ root, others, settings: { ...on, ...settings } });
  });
  const given = Object.entries(environment).flatMap(([k, v]) => (v === undefined ? [] : [[k, v] as const]));
  return { root, plugin, answer, extension, shipped, project, environment: Object.fromEntries(given) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the hook gave no answer within ${hookTimeout} ms`)), hookTimeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The plugin's own switches, put on by the names that users set: a service that takes no part cannot be looked at. */
function switchesOf(extension: Extension, { fragments, declarations }: Shipped): Record<string, string> {
  const names = [extension.enabledBy, ...fragments.map((f) => f.notes.condition)];
  return Object.fromEntries(
    declarations.flatMap(({ name, setBy: [settable] }) =>
      names.includes(name) && settable !== undefined ? [[settable, 'true']] : [],
    ),
  );
}
