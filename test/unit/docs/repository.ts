import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Text of a file of the repository. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Files below a folder of the repository, by path relative to the repository. */
export const filesBelow = (folder: string, names: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();

/** The plugins of this repository, as `plugins/NAME`. */
export const plugins: readonly string[] = readdirSync(join(root, 'plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `plugins/${entry.name}`);

/** Everything that people read. */
export const documents: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'custom/README.md',
  ...filesBelow('docs', /\.md$/),
  ...plugins.map((folder) => `${folder}/README.md`),
];
