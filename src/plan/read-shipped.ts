import {
  type Fragment,
  parseFragment,
  parsePatch,
  parseUserFile,
  type ServiceDefinition,
  type UserComposeFile,
} from '../compose/index.ts';
import { type Declaration, declarationConflicts, parseDeclarations } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { UserProject } from '../project/index.ts';
import type { Problem } from '../shared/problem.ts';

export function readDeclarations(extensions: readonly LoadedExtension[]): {
  declarations: Declaration[];
  problems: Problem[];
} {
  const read = extensions.flatMap(({ variables }) =>
    variables ? [parseDeclarations(variables.content, variables.path, variables.owner)] : [],
  );
  const declarations = read.flatMap((r) => r.declarations);
  return { declarations, problems: [...read.flatMap((r) => r.problems), ...declarationConflicts(declarations)] };
}

export function readFragments(extensions: readonly LoadedExtension[]): { fragments: Fragment[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.fragments).map(parseFragment);
  return { fragments: read.flatMap((r) => r.fragment ?? []), problems: read.flatMap((r) => r.problems) };
}

export interface Patch {
  readonly owner: string;
  readonly condition?: string;
  readonly services: Readonly<Record<string, ServiceDefinition>>;
}

export function readPatches(extensions: readonly LoadedExtension[]): { patches: Patch[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.patches).map((file) => ({ owner: file.owner, ...parsePatch(file) }));
  return {
    patches: read.map(({ problems: _, ...patch }) => patch),
    problems: read.flatMap((r) => r.problems),
  };
}

/** The user's compose files in the order in which Compose merges them, each with the fragment name it stands for. */
export interface UserFiles {
  readonly fragments: readonly { readonly name: string; readonly file: UserComposeFile }[];
  readonly overrides: readonly UserComposeFile[];
  readonly problems: readonly Problem[];
}

export function readUserFiles(project: UserProject, shipped: ReadonlySet<string>): UserFiles {
  const mine = project.fragments.filter((f) => f.belongs === 'user' || !shipped.has(f.name));
  const read = mine.map((f) => ({ name: f.name, ...parseUserFile(f.path, f.content) }));
  const overrides = project.overrides.map((f) => parseUserFile(f.path, f.content));
  return {
    fragments: read.flatMap(({ name, file }) => (file ? [{ name, file }] : [])),
    overrides: overrides.flatMap(({ file }) => file ?? []),
    problems: [...read, ...overrides].flatMap((r) => r.problems),
  };
}
