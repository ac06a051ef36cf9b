import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Contributor, extensionHook } from '../extension/index.ts';

/** What is read of a plugin's package.json. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly oclif?: { readonly commands?: string; readonly hooks?: Readonly<Record<string, unknown>> };
}

/** A plugin in its folder, as npm and oclif would see it. */
export interface PluginFolder {
  readonly root: string;
  readonly package: PluginPackage;
  readonly contributor: Contributor;
  /** Path of the module that registers, relative to the root; a plugin of commands alone has none. */
  readonly hook: string | undefined;
}

/** @throws Error that names what is missing */
export async function readPlugin(root: string): Promise<PluginFolder> {
  const json = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PluginPackage;
  if (!json.name || !json.version) throw new Error(`${root}/package.json has no name or no version`);
  const [hook] = [json.oclif?.hooks?.[extensionHook]].flat();
  if (typeof hook !== 'string' && !json.oclif?.commands)
    throw new Error(
      `${root}/package.json names neither a module in oclif.hooks["${extensionHook}"] nor oclif.commands`,
    );
  const registers = typeof hook === 'string' ? hook : undefined;
  return { root, package: json, hook: registers, contributor: { name: json.name, version: json.version, root } };
}

/** What the hook of a plugin answers; without one, that it brings nothing. @throws what its module throws, Error when it exports no function */
export async function askHook(plugin: PluginFolder): Promise<unknown> {
  if (plugin.hook === undefined) return { apiVersion: 1 };
  const loaded = (await import(pathToFileURL(join(plugin.root, plugin.hook)).href)) as { default?: unknown };
  if (typeof loaded.default !== 'function') throw new Error(`${plugin.hook} has no function as its default export`);
  return (loaded.default as (options: object) => unknown)({});
}

/** This very package, as oclif knows it; it is found by its package.json above this file. */
export function thisCli(): Contributor {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
      return { name, version, root: folder };
    }
    folder = dirname(folder);
  }
  throw new Error('the package.json of @coog/cli is missing');
}
