import {
  type Fragment,
  isWhole,
  mergeDefinitions,
  type ServiceDefinition,
  type UserComposeFile,
} from '../compose/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { UserFiles } from './read-shipped.ts';

type Definitions = Record<string, ServiceDefinition>;

/** What the user's files take part with. */
export interface UserServices {
  /** Those that Compose reads, in its order. */
  readonly files: readonly UserComposeFile[];
  /** Shipped fragments that files of the user's stand for. */
  readonly replaced: ReadonlySet<string>;
  /** Shipped templates of which the user has a version of their own. */
  readonly templates: Readonly<Definitions>;
  /** What the files say of each service, merged. */
  readonly said: Readonly<Definitions>;
  /** Notices. */
  readonly problems: readonly Problem[];
}

/** Sorts the user's files by what they are for: services, or a template of shipped services, which is itself no service. */
export function userServices(
  { fragments, overrides }: UserFiles,
  disabled: ReadonlySet<string>,
  shipped: readonly Fragment[],
): UserServices {
  const enabled = fragments.filter((f) => !disabled.has(f.name));
  const templateNames = new Set(shipped.filter((f) => f.notes.role === 'template').map((f) => f.name));
  const templates: Definitions = {};
  for (const { name, file } of enabled)
    if (templateNames.has(name)) templates[name] = mergeDefinitions(templates[name] ?? {}, first(file));
  const files = [...enabled.filter((f) => !templateNames.has(f.name)).map((f) => f.file), ...overrides];
  const shippedNames = new Set(shipped.map((f) => f.name));
  return {
    files,
    replaced: new Set(enabled.map((f) => f.name)),
    templates,
    said: merged(files),
    problems: enabled.filter((f) => shippedNames.has(f.name)).map(({ name, file }) => replacement(file.path, name)),
  };
}

/** Services that the user's files alone define; a file that only changes one (no image, no build) does not. */
export const definedByUser = (said: Readonly<Definitions>, shipped: ReadonlySet<string>): Definitions =>
  Object.fromEntries(Object.entries(said).filter(([name, d]) => isWhole(d) && !shipped.has(name)));

const first = (file: UserComposeFile): ServiceDefinition => Object.values(file.services)[0] ?? {};

function merged(files: readonly UserComposeFile[]): Definitions {
  const all: Definitions = {};
  for (const file of files)
    for (const [name, definition] of Object.entries(file.services))
      all[name] = mergeDefinitions(all[name] ?? {}, definition);
  return all;
}

const replacement = (path: string, name: string): Problem => ({
  code: 'FRAGMENT_REPLACED',
  severity: 'warning',
  title: `your ${path} replaces the shipped fragment ${name}`,
  place: { file: path },
});
