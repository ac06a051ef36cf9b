import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { ProblemError } from '../shared/problem.ts';
import { isAlive } from '../shared/stale-temporaries.ts';

/** A plugin of the user in oclif's list (`oclif.plugins` of package.json in the data folder). */
export interface Entry {
  readonly name: string;
  readonly type: 'user' | 'link';
  /** What was asked for: a tag or range of the registry, or a version. */
  readonly tag?: string;
  /** The tarball that it was installed from, as `file:/…`. */
  readonly url?: string;
  /** Folder that oclif looks for it in; absent for what oclif's own plugins:install put into the data folder. */
  readonly root?: string;
}

interface List {
  readonly [key: string]: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly oclif?: { readonly [key: string]: unknown; readonly plugins?: readonly (Entry | string)[] };
}

const listFile = 'package.json';

/** Folder of the installed plugins, each in one of its own with what it depends on. */
export const installedFolder = (dataFolder: string): string => join(dataFolder, 'installed');

/** The user's plugins. @throws ProblemError PLUGIN_LIST_INVALID when the list is there and cannot be read */
export async function readEntries(dataFolder: string): Promise<readonly Entry[]> {
  const plugins = (await readList(dataFolder)).oclif?.plugins ?? [];
  return plugins.map((entry) => (typeof entry === 'string' ? { name: entry, type: 'user', tag: 'latest' } : entry));
}

/**
 * Changes the list by one rename: before it the old plugins are installed, after it the new ones, and never anything between,
 * however coog ends.
 */
export async function changeEntries(
  dataFolder: string,
  change: (entries: readonly Entry[]) => readonly Entry[],
): Promise<void> {
  const list = await readList(dataFolder);
  const plugins = change(await readEntries(dataFolder));
  const classic = new Set(plugins.filter((e) => e.root === undefined).map((e) => e.name));
  const dependencies = Object.fromEntries(
    Object.entries(list.dependencies ?? {}).filter(([name]) => classic.has(name)),
  );
  const changed = { name: 'coog', private: true, ...list, dependencies, oclif: { schema: 1, ...list.oclif, plugins } };
  const content = `${JSON.stringify(changed, null, 2)}\n`;
  await writeFilesAtomically([{ path: join(dataFolder, listFile), content, mode: 0o644 }]);
}

/**
 * Removes the folders that no entry names: what a killed or failed installation left, and versions that were replaced by the
 * operation before. Folders of an installation that runs stay.
 */
export async function removeLeftovers(dataFolder: string): Promise<void> {
  const folder = installedFolder(dataFolder);
  const used = new Set((await readEntries(dataFolder)).map(({ root }) => root && topFolder(folder, root)));
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const maker = Number(/\.(\d+)$/.exec(name)?.[1]);
    const inUse = used.has(name) || (maker !== process.pid && isAlive(maker));
    // An orphaned npm may still write into it: the next operation tries again.
    if (!inUse) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

/** The name of the folder right below `folder` that a path leads through. */
function topFolder(folder: string, path: string): string | undefined {
  for (let at = path; at !== dirname(at); at = dirname(at)) if (dirname(at) === folder) return basename(at);
  return undefined;
}

async function readList(dataFolder: string): Promise<List> {
  const path = join(dataFolder, listFile);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw unusable(path, error.code ?? 'error');
  });
  try {
    return JSON.parse(text) as List;
  } catch {
    throw unusable(path, 'it is no JSON');
  }
}

const unusable = (path: string, why: string): ProblemError =>
  new ProblemError({
    code: 'PLUGIN_LIST_INVALID',
    title: `the list of your plugins cannot be read: ${why}`,
    place: { file: path },
    next: `correct it, or start anew: mv ${path} ${path}.broken`,
  });
