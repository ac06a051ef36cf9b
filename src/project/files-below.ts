import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Every file below a folder, sorted, hidden ones and what lies in hidden folders left out. Links are followed; a link to a
 * folder that contains it is not entered. A link to nothing is listed: reading it tells what is wrong.
 * @throws what reading `folder` itself throws
 */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await walk(folder, [])).sort();
}

async function walk(folder: string, above: readonly string[]): Promise<string[]> {
  const here = await realpath(folder);
  if (above.includes(here)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .filter((entry) => !entry.name.startsWith('.'))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        const isFolder = entry.isSymbolicLink() ? await isDirectory(path) : entry.isDirectory();
        return isFolder ? walk(path, [...above, here]) : [path];
      }),
  );
  return lists.flat();
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
