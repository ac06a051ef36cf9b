import { dirname } from 'node:path';

/** Variables by which a git hook or a shell would send git to another repository. */
const elsewhere = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_PREFIX: undefined };

/**
 * Says of a path (relative to the project) whether git calls it changed, untracked or ignored; a text says why git cannot tell.
 * The only process that reading a project starts, and only in a checkout of the scripts.
 * @param tracked a file which the scripts' own repository has; when it is not tracked, this is another repository
 */
export async function changedFiles(
  folder: string,
  below: string,
  tracked: string,
): Promise<((path: string) => boolean) | string> {
  const status = await git(folder, [
    'status',
    '--porcelain=v1',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--ignored=traditional',
    '--',
    below,
    tracked,
  ]);
  if (typeof status !== 'string') return status.why;
  const prefix = await git(folder, ['rev-parse', '--show-prefix']);
  if (typeof prefix !== 'string') return prefix.why;
  const root = prefix.replace(/\n$/, '');
  const entries = status
    .split('\0')
    .filter((line) => line.length > 3)
    .map((line) => ({ state: line.slice(0, 2), path: withoutPrefix(line.slice(3), root) }));
  // `../` when a whole folder above the project is untracked.
  const untracked = entries.find(
    ({ state, path }) => /\?\?|!!/.test(state) && (path === tracked || covers(path, tracked)),
  );
  if (untracked) return `the repository around it does not track ${tracked}`;
  return (path) => entries.some((entry) => entry.path === path || covers(entry.path, path));
}

const withoutPrefix = (path: string, prefix: string): string =>
  path.startsWith(prefix) ? path.slice(prefix.length) : path;

/** Git names a repository within the repository by its folder alone. */
const covers = (folder: string, path: string): boolean => folder.endsWith('/') && path.startsWith(folder);

async function git(folder: string, args: readonly string[]): Promise<string | { why: string }> {
  const { execa } = await import('execa');
  const safe = ancestors(folder).flatMap((path) => ['-c', `safe.directory=${path}`]);
  const result = await execa(
    'git',
    [...safe, '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '--no-optional-locks', ...args],
    { cwd: folder, reject: false, stdin: 'ignore', stripFinalNewline: false, env: { ...elsewhere, LC_ALL: 'C' } },
  );
  if (result.exitCode === 0) return result.stdout;
  return { why: result.stderr?.split('\n')[0] || 'git is not installed' };
}

const ancestors = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...ancestors(dirname(folder))];
