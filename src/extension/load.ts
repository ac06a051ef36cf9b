import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
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
}

/** Reads all files of all extensions. A file that is missing or cannot be read is a problem of its plugin. */
export async function loadExtensions(
  registrations: readonly Registration[],
): Promise<{ extensions: LoadedExtension[]; problems: Problem[] }> {
  const problems: Problem[] = [];
  const extensions = await Promise.all(
    registrations.map(async (registration): Promise<LoadedExtension> => {
      const { contributor, extension } = registration;
      const folder = (path: string | undefined, suffix: string) => readFolder(contributor, path, suffix, problems);
      const [fragments, patches, defaults, [variables]] = await Promise.all([
        folder(extension.fragments, '.yml'),
        folder(extension.patches, '.yml'),
        folder(extension.defaults, ''),
        extension.variables
          ? readFiles(contributor, [join(contributor.root, extension.variables)], contributor.root, problems)
          : [],
      ]);
      return { ...registration, fragments, patches, defaults, ...(variables ? { variables } : {}) };
    }),
  );
  return { extensions, problems };
}

async function readFolder(
  owner: Contributor,
  path: string | undefined,
  suffix: string,
  problems: Problem[],
): Promise<ShippedFile[]> {
  if (path === undefined) return [];
  const folder = join(owner.root, path);
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((e) => e.isFile() && e.name.endsWith(suffix)).map((e) => join(e.parentPath, e.name));
    return await readFiles(owner, files.sort(), folder, problems);
  } catch (error) {
    problems.push(unreadable(owner, folder, error));
    return [];
  }
}

async function readFiles(
  owner: Contributor,
  paths: readonly string[],
  base: string,
  problems: Problem[],
): Promise<ShippedFile[]> {
  const read = async (path: string): Promise<ShippedFile[]> => {
    try {
      const name = relative(base, path)
        .split(sep)
        .join('/')
        .replace(/\.yml$/, '');
      return [{ name, path, content: await readFile(path, 'utf8'), owner: owner.name }];
    } catch (error) {
      problems.push(unreadable(owner, path, error));
      return [];
    }
  };
  return (await Promise.all(paths.map(read))).flat();
}

function unreadable(owner: Contributor, path: string, error: unknown): Problem {
  return {
    code: 'PLUGIN_FILE_MISSING',
    title: `${owner.name} ${owner.version}: a file that it ships cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    place: { file: path },
    next: `coog plugins:install ${owner.name}, or add --without-plugin ${owner.name}`,
  };
}
