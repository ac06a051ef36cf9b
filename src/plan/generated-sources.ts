import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseDeclarations, renderSample } from '../configuration/index.ts';

/**
 * The files of the package that are made from the declarations, by path: the commented sample, and the index of what the
 * plugins of this repository would bring. The build writes them, a test says when they are stale.
 */
export async function renderGenerated(root: string): Promise<Record<string, string>> {
  const core = await declarationsOf(join(root, 'defaults/variables.yml'));
  const plugins = (await readdir(join(root, 'plugins'))).sort();
  const known = await Promise.all(plugins.map((name) => describePlugin(join(root, 'plugins', name))));
  const index = Object.fromEntries(
    known.map(({ name, fragments, declarations }) => [name, { fragments, variables: namesOf(declarations) }]),
  );
  return {
    'custom/env.custom.sample': renderSample([...core, ...known.flatMap((k) => k.declarations)]),
    'defaults/known-plugins.json': `${JSON.stringify(index, null, 2)}\n`,
  };
}

type Declarations = ReturnType<typeof parseDeclarations>['declarations'];

const declarationsOf = async (path: string): Promise<Declarations> => {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  return content === undefined ? [] : parseDeclarations(content, path, '').declarations;
};

const namesOf = (declarations: Declarations): string[] =>
  [...new Set(declarations.flatMap((d) => [d.name, ...d.setBy]))].sort();

async function describePlugin(folder: string) {
  const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string };
  const compose = join(folder, 'compose');
  const entries = await readdir(compose, { recursive: true, withFileTypes: true }).catch(() => []);
  const fragments = entries
    .filter((e) => e.isFile() && e.name.endsWith('.yml'))
    .map((e) => relative(compose, join(e.parentPath, e.name)).replace(/\.yml$/, ''));
  return { name, fragments: fragments.sort(), declarations: await declarationsOf(join(folder, 'variables.yml')) };
}
