import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { installedPlugins, type Packages } from './commands.ts';
import type { Kind } from './types.ts';

/**
 * The names of a kind, from what the last configure wrote: nothing is planned, as a person waits for every key. What is not
 * there, or may not be read, has no names.
 */
export async function namesOf(kind: Kind, folder: string | undefined, packages: Packages): Promise<string[]> {
  if (kind === 'plugin') return (await installedPlugins(packages.dataFolder)).map(({ name }) => name);
  if (kind === 'known-plugin')
    return Object.keys(JSON.parse((await text(join(packages.root, 'defaults/known-plugins.json'))) || '{}') as object);
  if (folder === undefined) return [];
  if (kind === 'service') return servicesOf(folder);
  if (kind === 'database') {
    const values = envOf(await text(join(folder, '.env')));
    return (values.get('COOG_DATABASES') ?? '').split(',').map((name) => name.trim());
  }
  if (kind === 'set-variable') {
    const files = await Promise.all(['env.custom', 'custom/env.custom'].map((name) => text(join(folder, name))));
    return files.flatMap((file) => [...envOf(file.replace(/^\s*export\s+/gm, '')).keys()]);
  }
  if (kind === 'variable' || kind === 'assignment') {
    const [env, sample] = await Promise.all([
      text(join(folder, '.env')),
      text(join(packages.root, 'custom/env.custom.sample')),
    ]);
    return [...envOf(env).keys(), ...envOf(sample.replace(/^#/gm, '')).keys()].filter((name) => !OURS.test(name));
  }
  return [];
}

/** What only Compose and the quoting of `.env` need. */
const OURS = /^(?:COOG_DOLLAR|COOG_EMPTY|COMPOSE_FILE|COMPOSE_PATH_SEPARATOR)$/;

/** Services of every compose file that the last configure listed, the user's own too. */
async function servicesOf(folder: string): Promise<string[]> {
  const values = envOf(await text(join(folder, '.env')));
  const separator = values.get('COMPOSE_PATH_SEPARATOR') || ':';
  const files = (values.get('COMPOSE_FILE') ?? 'coog.generated.yml').split(separator);
  return (await Promise.all(files.map((file) => text(resolve(folder, file))))).flatMap(servicesIn);
}

/** Keys of the map `services` of a compose file in block style; a parser of YAML would take as long as all the rest. */
export function servicesIn(yaml: string): string[] {
  const [, block = ''] = /^services:[ \t]*(?:#.*)?\n((?:[ \t#].*\n|\n)*)/m.exec(`${yaml}\n`) ?? [];
  const [, indent = ''] = /^( +)[^\s#]/m.exec(block) ?? [];
  if (indent === '') return [];
  return [...block.matchAll(new RegExp(`^${indent}(["']?)([\\w.-]+)\\1:(?:\\s|$)`, 'gm'))].map(
    ([, , name = '']) => name,
  );
}

/** Names and values of a `.env`; of quotes only the outer ones go, which is enough for names. */
function envOf(file: string): Map<string, string> {
  return new Map(
    [...file.matchAll(/^([A-Za-z_]\w*)=(["']?)(.*)\2$/gm)].map(([, name = '', , value = '']) => [name, value]),
  );
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
