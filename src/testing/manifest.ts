import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const NAME = 'oclif.manifest.json';

/** The manifest that a plugin must have: with it oclif knows its commands without loading them. */
export async function makeManifest(root: string): Promise<string> {
  const { Plugin } = await import('@oclif/core');
  const options = { ignoreManifest: true, respectNoCacheDefault: true, errorOnManifestCreate: true };
  const plugin = new Plugin({ root, type: 'core', ...options });
  await plugin.load();
  return `${JSON.stringify(plugin.manifest, null, 2)}\n`;
}

/** Undefined when there is none. */
export const readManifest = (root: string): Promise<string | undefined> =>
  readFile(join(root, NAME), 'utf8').catch(() => undefined);

/** Writes oclif.manifest.json of a plugin anew. A manifest that is present wins over the code: run it for each release. */
export async function writeManifest(root: string): Promise<void> {
  await writeFile(join(root, NAME), await makeManifest(resolve(root)));
}
