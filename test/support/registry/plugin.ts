import { inject } from 'vitest';
import { returning } from '../coog.ts';
import { type Files, folderWith } from '../folder.ts';
import { pack, publish } from './npm.ts';

export interface MadePlugin {
  readonly name: string;
  readonly version: string;
  /** Versions of coog that it works with. */
  readonly cli?: string;
  /** Source of the hook; without it the plugin registers nothing and is fine. */
  readonly hook?: string;
  /** Added to package.json. */
  readonly more?: object;
  readonly files?: Files;
}

/** The folder of a plugin, ready to be packed. */
export const pluginFolder = ({ name, version, cli, hook, more = {}, files = {} }: MadePlugin): Promise<string> =>
  folderWith({
    'package.json': JSON.stringify({
      name,
      version,
      type: 'module',
      ...(cli === undefined ? {} : { peerDependencies: { '@coog/cli': cli } }),
      oclif: { hooks: { 'coog:extension': './hook.js' } },
      ...more,
    }),
    'hook.js': hook ?? returning({ apiVersion: 1 }),
    ...files,
  });

export const publishPlugin = async (plugin: MadePlugin, tag?: string): Promise<void> =>
  publish(await pluginFolder(plugin), inject('coogRegistry').url, tag);

/** Packs a plugin; answers the path of the tarball, which is gone when the test is over. */
export const packPlugin = async (plugin: MadePlugin): Promise<string> =>
  pack(await pluginFolder(plugin), await folderWith({}));
