import type { PlannedService, ServiceDefinition } from '../compose/index.ts';
import type { UserProject } from '../project/index.ts';
import type { PlannedFile } from './types.ts';

/** `env/NAME` in a service of ours means: the user's file of that name, in custom/env, in env, or in both. */
const ours = /^(?:\.\/)?env\/([^/]+)$/;

export interface ServiceEnvFiles {
  readonly services: PlannedService[];
  /** Files to make, because no folder has them. */
  readonly files: PlannedFile[];
}

/**
 * Points every `env_file: env/NAME` to the files that exist: custom/env first, env behind it (what is in the root is the
 * more specific). A missing one is made in custom/env when the project has that folder, else in env.
 */
export function placeEnvFiles(
  services: readonly PlannedService[],
  userServices: Readonly<Record<string, ServiceDefinition>>,
  project: UserProject,
  defaultContent: (name: string) => string | undefined,
): ServiceEnvFiles {
  const { root, custom } = project.serviceEnv;
  const home = custom ? 'custom/env' : 'env';
  const files = new Map<string, PlannedFile>();
  const add = (path: string, name: string) =>
    files.set(path, {
      path,
      kind: 'initial',
      mode: 0o600,
      content: defaultContent(name) ?? `# Environment of the service, one NAME=value a line.\n`,
    });
  const place = (entry: unknown): unknown[] => {
    const name = ours.exec(String(entry))?.[1];
    if (typeof entry !== 'string' || name === undefined) return [entry];
    const found = [...(custom?.has(name) ? [`custom/env/${name}`] : []), ...(root.has(name) ? [`env/${name}`] : [])];
    if (found.length > 0) return found;
    add(`${home}/${name}`, name);
    return [`${home}/${name}`];
  };
  const placed = services.map((service) => {
    const list = service.definition.env_file;
    if (list === undefined) return service;
    return {
      ...service,
      definition: { ...service.definition, env_file: (Array.isArray(list) ? list : [list]).flatMap(place) },
    };
  });
  for (const definition of Object.values(userServices)) {
    const list = definition.env_file ?? [];
    for (const entry of Array.isArray(list) ? list : [list]) {
      const name = ours.exec(String(entry))?.[1];
      if (name !== undefined && !root.has(name)) add(`env/${name}`, name);
    }
  }
  return { services: placed, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
