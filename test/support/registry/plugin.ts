import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { returning } from '../coog.ts';
import { type Files, folderWith, writeFiles } from '../folder.ts';
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

const filesOf = ({ name, version, cli, hook, more = {}, files = {} }: MadePlugin): Files => ({
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

/** Publishes a plugin; works outside of tests, too. */
export async function publishPlugin(plugin: MadePlugin, tag?: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coog-test-'));
  try {
    await writeFiles(folder, filesOf(plugin));
    await publish(folder, inject('coogRegistry').url, tag);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packs a plugin; answers the path of the tarball, which is gone when the test is over. */
export const packPlugin = async (plugin: MadePlugin): Promise<string> =>
  pack(await folderWith(filesOf(plugin)), await folderWith({}));
