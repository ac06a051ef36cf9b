import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { filesBelow } from '../project/index.ts';
import type { PluginNames } from './names.ts';

/** What stands in the template as `{{word}}`, in its texts and in the names of its files. */
function wordsOf(names: PluginNames, cliVersion: string): Readonly<Record<string, string>> {
  const major = Number(cliVersion.split('.')[0]);
  return {
    package: names.package,
    name: names.name,
    NAME: names.variable,
    cli: cliVersion,
    next: String(major + 1),
  };
}

/** The files of the template, filled in, by path. npm would not pack a .gitignore, so it has another name there. */
export async function fillTemplate(
  folder: string,
  names: PluginNames,
  cliVersion: string,
): Promise<Map<string, string>> {
  const words = wordsOf(names, cliVersion);
  const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (whole, word: string) => words[word] ?? whole);
  const files = new Map<string, string>();
  for (const path of await filesBelow(folder)) {
    const name = fill(relative(folder, path).split(sep).join('/'));
    files.set(name === 'gitignore' ? '.gitignore' : name, fill(await readFile(path, 'utf8')));
  }
  return files;
}
