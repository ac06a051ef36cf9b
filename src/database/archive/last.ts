import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from './manifest.ts';
import { manifestPath } from './names.ts';

const SUFFIX = manifestPath('');

/**
 * Bytes of the newest backup of a database in a folder, which is what the next one will need; undefined where there is none.
 * Never fails: a folder that cannot be read is another's matter.
 */
export async function lastSize(
  folder: string,
  of: Pick<Manifest, 'project' | 'database' | 'kind'>,
): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  let newest: Manifest | undefined;
  for (const name of names.filter((entry) => entry.endsWith(SUFFIX))) {
    const manifest = await readManifest(join(folder, name.slice(0, -SUFFIX.length))).catch(() => undefined);
    if (manifest?.project !== of.project || manifest.database !== of.database || manifest.kind !== of.kind) continue;
    if (newest === undefined || manifest.created > newest.created) newest = manifest;
  }
  return newest?.size;
}
