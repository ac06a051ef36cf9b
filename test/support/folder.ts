import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Contents by path relative to a folder; a path that ends with a slash is an empty folder. */
export type Files = Readonly<Record<string, string>>;

/** A real folder with these files, gone when the test is over. */
export async function folderWith(files: Files = {}): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (!path.endsWith('/')) await writeFile(target, content);
  }
}

/** Every file below a folder with its content, but for the history, to which every change adds a line. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .filter((path) => relative(folder, path) !== '.coog/history.jsonl');
  const pairs = await Promise.all(
    paths.sort().map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const),
  );
  return Object.fromEntries(pairs);
}
