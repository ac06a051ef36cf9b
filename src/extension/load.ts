import { access, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { filesBelow } from '../project/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { Contributor, Registration } from './catalogue.ts';

/** A file that a plugin ships, read. `name` is its path without the folder and without `.yml`. */
export interface ShippedFile {
  readonly name: string;
  readonly path: string;
  readonly content: string;
  readonly owner: string;
}

/** An extension with the text of its files. Nothing in it is parsed yet. */
export interface LoadedExtension extends Registration {
  readonly fragments: readonly ShippedFile[];
  readonly patches: readonly ShippedFile[];
  readonly variables?: ShippedFile;
  /** Text of every file below the defaults folder, by path relative to it. */
  readonly defaults: readonly ShippedFile[];
  /** Absolute paths of the files of rules for anonymising. */
  readonly anonymisationRules: readonly string[];
}

type Result = { readonly files: readonly ShippedFile[]; readonly problems: readonly Problem[] };

/** Reads all files of all extensions. A file that is missing or cannot be read is a problem of its plugin. */
export async function loadExtensions(
  registrations: readonly Registration[],
): Promise<{ extensions: LoadedExtension[]; problems: Problem[] }> {
  const loaded = await Promise.all(registrations.map(loadExtension));
  return { extensions: loaded.map((l) => l.extension), problems: loaded.flatMap((l) => l.problems) };
}

async function loadExtension(
  registration: Registration,
): Promise<{ extension: LoadedExtension; problems: readonly Problem[] }> {
  const { contributor, extension } = registration;
  const root = await realpath(contributor.root).catch(() => contributor.root);
  const [fragments, patches, defaults, variables, rules] = await Promise.all([
    readFolder(contributor, root, extension.fragments, /\.ya?ml$/),
    readFolder(contributor, root, extension.patches, /\.ya?ml$/),
    readFolder(contributor, root, extension.defaults, /(?:)/),
    extension.variables === undefined
      ? { files: [], problems: [] }
      : readFiles(contributor, root, [join(contributor.root, extension.variables)], contributor.root),
    readFolder(contributor, root, extension.anonymisationRules, /\.ya?ml$/, pathOnly),
  ]);
  const [declared] = variables.files;
  return {
    extension: {
      ...registration,
      fragments: fragments.files,
      patches: patches.files,
      defaults: defaults.files,
      anonymisationRules: rules.files.map((f) => f.path),
      ...(declared ? { variables: declared } : {}),
    },
    problems: [fragments, patches, defaults, variables, rules].flatMap((r) => r.problems),
  };
}

/** Rules are read by the plugin that anonymises: every other command would read them for nothing. */
const pathOnly = (path: string): Promise<string> => access(path).then(() => '');
const text = (path: string): Promise<string> => readFile(path, 'utf8');

async function readFolder(
  owner: Contributor,
  root: string,
  path: string | undefined,
  names: RegExp,
  read = text,
): Promise<Result> {
  if (path === undefined) return { files: [], problems: [] };
  const folder = join(owner.root, path);
  try {
    const files = await filesBelow(folder);
    return await readFiles(
      owner,
      root,
      files.filter((file) => names.test(file)),
      folder,
      read,
    );
  } catch (error) {
    return { files: [], problems: [unreadable(owner, folder, error)] };
  }
}

async function readFiles(
  owner: Contributor,
  root: string,
  paths: readonly string[],
  base: string,
  read = text,
): Promise<Result> {
  const readFileOf = async (path: string): Promise<Result> => {
    try {
      if (!isBelow(await realpath(path), root)) return { files: [], problems: [outside(owner, path)] };
      const name = relative(base, path)
        .split(sep)
        .join('/')
        .replace(/\.ya?ml$/, '');
      return { files: [{ name, path, content: await read(path), owner: owner.name }], problems: [] };
    } catch (error) {
      return { files: [], problems: [unreadable(owner, path, error)] };
    }
  };
  const results = await Promise.all(paths.map(readFileOf));
  return { files: results.flatMap((r) => r.files), problems: results.flatMap((r) => r.problems) };
}

const isBelow = (path: string, root: string): boolean => path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);

/** A link may not reach what a path may not: the file would be copied into projects. */
const outside = (owner: Contributor, path: string): Problem => ({
  code: 'PLUGIN_FILE_OUTSIDE',
  title: `${owner.name} ${owner.version}: a file that it ships is a link out of the plugin`,
  place: { file: path },
  next: `coog plugins:uninstall ${owner.name}, or add --without-plugin ${owner.name}`,
});

function unreadable(owner: Contributor, path: string, error: unknown): Problem {
  return {
    code: 'PLUGIN_FILE_MISSING',
    title: `${owner.name} ${owner.version}: a file that it ships cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    place: { file: path },
    next: `coog plugins:install ${owner.name}, or add --without-plugin ${owner.name}`,
  };
}
