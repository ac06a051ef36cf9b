import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from './store.ts';

/** The version of an installed or linked plugin; undefined when its folder is gone. */
export async function versionAt(dataFolder: string, { name, type, root }: Entry): Promise<string | undefined> {
  const folder = type === 'link' ? (root ?? '') : join(root ?? dataFolder, 'node_modules', name);
  try {
    return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}
