/**
 * Paths below `below` that git calls changed, untracked or ignored, relative to the project; a text says why git cannot tell.
 * The only process that reading a project starts, and only in a checkout of the scripts.
 */
export async function changedFiles(folder: string, below: string): Promise<Set<string> | string> {
  const { execa } = await import('execa');
  const safe = ['-c', `safe.directory=${folder}`, '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  const args = [
    'status',
    '--porcelain=v1',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--ignored=traditional',
    '--',
    below,
  ];
  const result = await execa('git', [...safe, '--no-optional-locks', ...args], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  if (result.exitCode !== 0) return result.stderr?.split('\n')[0] || 'git is not installed';
  const prefix = await execa('git', [...safe, 'rev-parse', '--show-prefix'], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  const root = (prefix.stdout ?? '').trim();
  const paths = result.stdout
    .split('\0')
    .filter((line) => line.length > 3)
    .map((line) => line.slice(3));
  return new Set(paths.map((path) => (path.startsWith(root) ? path.slice(root.length) : path)));
}
