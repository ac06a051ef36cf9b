import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isRecord, readYaml } from '../compose/index.ts';
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
    known.map(({ name, fragments, services, declarations }) => [
      name,
      { fragments, services, variables: namesOf(declarations) },
    ]),
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
  const paths = entries
    .filter((e) => e.isFile() && e.name.endsWith('.yml'))
    .map((e) => join(e.parentPath, e.name))
    .sort();
  return {
    name,
    fragments: paths.map((path) => relative(compose, path).replace(/\.yml$/, '')),
    services: (await Promise.all(paths.map(servicesIn))).flat().sort(),
    declarations: await declarationsOf(join(folder, 'variables.yml')),
  };
}

/** Services of a fragment that run; a template is none. */
async function servicesIn(path: string): Promise<string[]> {
  const { model } = readYaml(await readFile(path, 'utf8'));
  if (!isRecord(model) || !isRecord(model.services)) return [];
  return isRecord(model['x-coog']) && model['x-coog'].role !== undefined ? [] : Object.keys(model.services);
}
