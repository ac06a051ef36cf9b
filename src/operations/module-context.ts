import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expand, parseTemplate } from '../configuration/index.ts';
import { type DockerAccess, runTool } from '../engine/index.ts';
import type { Contributor, ModuleContext } from '../extension/index.ts';
import type { Plan } from '../plan/index.ts';

/** The default export of a plugin's module. @throws Error when it cannot be loaded, or exports no function */
export async function loadModule<T extends (...args: never[]) => unknown>(
  contributor: Contributor,
  module: string,
): Promise<T> {
  const loaded = (await import(pathToFileURL(join(contributor.root, module)).href)) as { default?: unknown };
  if (typeof loaded.default !== 'function') throw new Error(`${module} has no function as its default export`);
  return loaded.default as T;
}

/** What every module of a plugin is given. */
export function moduleContext(plan: Plan, access: DockerAccess, signal: AbortSignal): ModuleContext {
  const value = (name: string) => plan.values.get(name)?.value;
  const image = (definition: unknown): string =>
    typeof definition === 'string' ? expand(parseTemplate(definition), value) : '';
  return {
    folder: plan.folder,
    value,
    images: new Map(plan.services.map((s) => [s.name, image(s.definition.image)])),
    run: async (command, args, options) =>
      (await runTool(access, command, args, { folder: plan.folder, signal, ...options })).stdout,
    signal,
  };
}
