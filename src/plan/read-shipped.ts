import {
  type Fragment,
  type Patch,
  parseFragment,
  parsePatch,
  parseUserFile,
  type UserComposeFile,
} from '../compose/index.ts';
import { type Declaration, declarationConflicts, type Layer, parseDeclarations } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { UserProject } from '../project/index.ts';
import type { Problem } from '../shared/problem.ts';
import { type KnownPlugins, knownPlugins } from './known-plugins.ts';
import { fileLayers } from './layers.ts';
import type { PlanInput } from './types.ts';

/** What the core and the plugins bring, parsed: plain data. */
export interface Parsed {
  readonly declarations: readonly Declaration[];
  readonly fragments: readonly Fragment[];
  readonly patches: readonly Patch[];
  readonly problems: readonly Problem[];
}

/** Parses every text that extensions bring. Depends on nothing but these texts. */
export function parseShipped(extensions: readonly LoadedExtension[]): Parsed {
  const declared = readDeclarations(extensions);
  const { fragments, problems: fragmentProblems } = readFragments(extensions);
  const { patches, problems: patchProblems } = readPatches(extensions);
  const problems = [...declared.problems, ...fragmentProblems, ...patchProblems];
  return { declarations: declared.declarations, fragments, patches, problems };
}

/** All texts, read: what the core, the plugins and the user bring, before anything is resolved. */
export interface Shipped {
  readonly declarations: readonly Declaration[];
  readonly fragments: readonly Fragment[];
  readonly patches: readonly Patch[];
  /** What plugins that are not installed would bring. */
  readonly elsewhere: KnownPlugins;
  readonly userFiles: UserFiles;
  readonly fileLayers: readonly Layer[];
}

export function readShipped({
  project,
  extensions,
  cli,
  parsed = parseShipped(extensions),
  parseFile = parseUserFile,
}: PlanInput): Shipped & { readonly problems: readonly Problem[] } {
  const { declarations, fragments, patches } = parsed;
  const layers = fileLayers(project.envFiles);
  const elsewhere = knownPlugins(extensions, cli.name);
  const names = new Set([...fragments.map((f) => f.name), ...elsewhere.fragments.keys()]);
  const userFiles = readUserFiles(project, names, parseFile);
  return {
    declarations,
    fragments,
    patches,
    elsewhere,
    userFiles,
    fileLayers: layers.layers,
    problems: [...parsed.problems, ...layers.problems, ...userFiles.problems],
  };
}

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

function readFragments(extensions: readonly LoadedExtension[]): { fragments: Fragment[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.fragments).map(parseFragment);
  return { fragments: read.flatMap((r) => r.fragment ?? []), problems: read.flatMap((r) => r.problems) };
}

function readPatches(extensions: readonly LoadedExtension[]): { patches: Patch[]; problems: Problem[] } {
  const read = extensions.flatMap((e) => e.patches).map(parsePatch);
  return { patches: read.flatMap((r) => r.patch ?? []), problems: read.flatMap((r) => r.problems) };
}

/** The user's compose files in the order in which Compose merges them, each with the fragment name it stands for. */
export interface UserFiles {
  readonly fragments: readonly { readonly name: string; readonly file: UserComposeFile }[];
  readonly overrides: readonly UserComposeFile[];
  readonly problems: readonly Problem[];
}

function readUserFiles(project: UserProject, shipped: ReadonlySet<string>, parse: typeof parseUserFile): UserFiles {
  const mine = project.fragments.filter((f) => f.belongs === 'user' || !shipped.has(f.name));
  const read = mine.map((f) => ({ name: f.name, ...parse(f.path, f.content) }));
  const overrides = project.overrides.map((f) => parse(f.path, f.content));
  return {
    fragments: read.flatMap(({ name, file }) => (file ? [{ name, file }] : [])),
    overrides: overrides.flatMap(({ file }) => file ?? []),
    problems: [...read, ...overrides].flatMap((r) => r.problems),
  };
}
