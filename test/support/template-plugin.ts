import { dirname, join } from 'node:path';
import { createPlugin, pluginNames } from '../../src/authoring/index.ts';
import { folderWith } from './folder.ts';
import { core, fakeHook } from './plugins.ts';

/** A plugin as `coog plugins:create` makes it, in a temporary folder. */
export async function templatePlugin(name = 'mail'): Promise<string> {
  const folder = join(await folderWith({}), 'plugin');
  await createPlugin(pluginNames(name), folder, {
    environment: {},
    runHook: await fakeHook([]),
    cli: core,
    without: new Set(),
  });
  return folder;
}

/** What a person has on the PATH: this Node, and npm. */
export const npmEnvironment = {
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
  HOME: process.env.HOME ?? '/',
};
