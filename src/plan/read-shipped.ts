import {
  type Fragment,
  type Patch,
  parseFragment,
  parsePatch,
  parseUserFile,
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
    variables
      ? [{ owner: variables.owner, ...parseDeclarations(variables.content, variables.path, variables.owner) }]
      : [],
  );
  const declarations = read.flatMap((r) => r.declarations);
  const invalid = read.flatMap(({ owner, problems }) =>
    problems.map((p) => ({
      ...p,
      title: `${owner}: variables: ${p.title}`,
      next: `update ${owner}, or add --without-plugin ${owner}`,
    })),
  );
  const conflicts = declarationConflicts(declarations).map((p) => ({
    ...p,
    ...(p.next ? { next: `${p.next}, or add --without-plugin ${p.next.split(' ').at(-1)}` } : {}),
  }));
  return { declarations, problems: [...invalid, ...conflicts] };
}

export function readFragments(extensions: readonly LoadedExtension[]): { fragments: Fragment[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.fragments).map(parseFragment);
  return { fragments: read.flatMap((r) => r.fragment ?? []), problems: read.flatMap((r) => r.problems) };
}

export function readPatches(extensions: readonly LoadedExtension[]): { patches: Patch[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.patches).map(parsePatch);
  return { patches: read.flatMap((r) => r.patch ?? []), problems: read.flatMap((r) => r.problems) };
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
