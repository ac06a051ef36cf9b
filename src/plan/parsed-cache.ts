import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Contributor, LoadedExtension } from '../extension/index.ts';
import { cacheFolder } from '../shared/cache-folder.ts';
import { type CacheRequest, parserVersion, readCached, writeCached } from './cache-file.ts';
import { type Parsed, parseShipped } from './read-shipped.ts';

/**
 * What the core and the plugins ship, parsed. The same texts give the same data, and parsing YAML is most of what planning
 * costs, so the data is kept in the user's cache folder under the digest of all texts. What has problems is not kept.
 * Without a cache that can be read and written everything works as well.
 */
export async function parseCached(extensions: readonly LoadedExtension[], request: CacheRequest): Promise<Parsed> {
  const file = cacheFile(extensions, request);
  if (file === undefined) return parseShipped(extensions);
  const key = await keyOf(extensions, request.cli);
  const known = await readCached<Parsed>(file, key);
  if (known) return known;
  const parsed = parseShipped(extensions);
  if (parsed.problems.length === 0) await writeCached(file, key, parsed);
  return parsed;
}

async function keyOf(extensions: readonly LoadedExtension[], cli: Contributor): Promise<string> {
  const files = extensions.flatMap((e) => [...(e.variables ? [e.variables] : []), ...e.fragments, ...e.patches]);
  const hash = createHash('sha256').update(await parserVersion(cli));
  for (const { owner, path, name, content } of files) hash.update(JSON.stringify([owner, path, name, content]));
  return hash.digest('hex');
}

/** One file for each set of packages, so that the cache does not grow with every change of a plugin. */
function cacheFile(extensions: readonly LoadedExtension[], { environment, cli }: CacheRequest): string | undefined {
  const folder = cacheFolder(environment);
  const packages = [cli.root, ...extensions.map(({ contributor }) => contributor.root)].sort();
  const name = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 32);
  return folder && join(folder, 'shipped', `${name}.json`);
}
