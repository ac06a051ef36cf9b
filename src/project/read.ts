import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { filesBelow } from './files-below.ts';
import { changedFiles } from './git.ts';

/** A file of the user's; `path` is relative to the project. */
export interface UserFile {
  readonly path: string;
  readonly content: string;
}

/** A compose file of the user's that may define services. */
export interface UserFragment extends UserFile {
  /** `group/service`: the path below the compose folder, without its suffix. */
  readonly name: string;
  /** `unless-shipped`: in a copy of the scripts, an unchanged file with a shipped name is taken for a stock one. */
  readonly belongs: 'user' | 'unless-shipped';
}

/** Everything of the user's, as text; nothing of it is interpreted here. */
export interface UserProject {
  readonly folder: string;
  /** custom/env.custom and env.custom, weakest first; only those that exist. */
  readonly envFiles: readonly UserFile[];
  readonly disabledServices: readonly UserFile[];
  readonly fragments: readonly UserFragment[];
  /** custom/override.yml and override.yml, in the order in which Compose merges them. */
  readonly overrides: readonly UserFile[];
  /** Names of the files in env/ and custom/env/. */
  readonly serviceEnv: { readonly root: ReadonlySet<string>; readonly custom?: ReadonlySet<string> };
  readonly isScriptsCheckout: boolean;
  readonly problems: readonly Problem[];
}

/** @param replace text to take instead of what a file holds, by path relative to the project */
export async function readProject(
  folder: string,
  replace: ReadonlyMap<string, string> = new Map(),
): Promise<UserProject> {
  const problems: Problem[] = [];
  const read = async (path: string): Promise<UserFile | undefined> => {
    const content = replace.get(path);
    return content === undefined ? readIfPresent(folder, path) : { path, content };
  };
  const all = async (paths: readonly string[]) => (await Promise.all(paths.map(read))).filter((f) => f !== undefined);
  const isScriptsCheckout = (await read('env.base')) !== undefined;
  const [envFiles, disabledServices, overrides, custom, own, rootEnv, customEnv] = await Promise.all([
    all(['custom/env.custom', 'env.custom']),
    all(['custom/disabled_services', 'disabled_services']),
    all(['custom/override.yml', 'override.yml']),
    composeFiles(folder, 'custom/compose'),
    composeFiles(folder, 'compose'),
    names(folder, 'env'),
    names(folder, 'custom/env'),
  ]);
  const mine = isScriptsCheckout && own.length > 0 ? await usersOwn(folder, own, problems) : own;
  return {
    folder,
    envFiles,
    disabledServices,
    overrides,
    fragments: [...custom, ...mine],
    serviceEnv: { root: rootEnv ?? new Set(), ...(customEnv ? { custom: customEnv } : {}) },
    isScriptsCheckout,
    problems,
  };
}

/**
 * In a checkout of the scripts the stock fragments are not the user's: what git calls changed or untracked is. A committed
 * file is a stock one only when its name is shipped: people commit fragments of their own to their clone, too.
 */
async function usersOwn(folder: string, files: UserFragment[], problems: Problem[]): Promise<UserFragment[]> {
  const isChanged = await changedFiles(folder, 'compose', 'env.base');
  if (typeof isChanged === 'function')
    return files.map((f) => (isChanged(f.path) ? f : { ...f, belongs: 'unless-shipped' as const }));
  problems.push({
    code: 'SCRIPTS_WITHOUT_GIT',
    severity: 'warning',
    title:
      'this is a copy of the scripts that git cannot compare: files below compose/ with the name of a shipped fragment are taken for stock ones',
    detail: isChanged,
    place: { file: 'compose' },
    next: 'move fragments of your own to custom/compose/',
  });
  return files.map((f) => ({ ...f, belongs: 'unless-shipped' }));
}

async function composeFiles(folder: string, below: string): Promise<UserFragment[]> {
  const found = await filesBelow(join(folder, below)).catch(absent);
  const paths = (found ?? [])
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => relative(folder, path).split(sep).join('/'));
  const files = await Promise.all(paths.map((path) => readIfPresent(folder, path)));
  return files
    .filter((f) => f !== undefined)
    .map((f) => ({ ...f, name: f.path.slice(below.length + 1).replace(/\.ya?ml$/, ''), belongs: 'user' as const }));
}

async function readIfPresent(folder: string, path: string): Promise<UserFile | undefined> {
  try {
    return { path, content: await readFile(join(folder, path), 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (!(await lstat(join(folder, path)).catch(() => undefined))) return undefined;
    }
    throw unreadable(join(folder, path), code);
  }
}

const names = async (folder: string, below: string): Promise<Set<string> | undefined> => {
  const found = await readdir(join(folder, below)).catch(absent);
  return found ? new Set(found) : undefined;
};

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error.path === undefined ? error : unreadable(error.path, error.code);
}

const unreadable = (path: string, code: string | undefined): ProblemError =>
  new ProblemError({
    code: 'FILE_UNREADABLE',
    title: `a file of the project cannot be read (${code})`,
    place: { file: path },
    next: code === 'EACCES' ? `sudo chown "$(id -un)" ${path}` : `ls -l ${path}`,
  });
