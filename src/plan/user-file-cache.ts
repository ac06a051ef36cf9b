import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseUserFile } from '../compose/index.ts';
import { cacheFolder } from '../shared/cache-folder.ts';
import { type CacheRequest, parserVersion, readCached, writeCached } from './cache-file.ts';

type Read = ReturnType<typeof parseUserFile>;

/** Reads the user's compose files like `parseUserFile`, and what it read before from memory. */
export interface UserFileCache {
  readonly parse: typeof parseUserFile;
  /** Keeps what was read this time, and nothing else. */
  readonly save: () => Promise<void>;
}

/** The memory of one project, in the user's cache folder. @see parseCached */
export async function openUserFileCache(folder: string, request: CacheRequest): Promise<UserFileCache> {
  const file = cacheFile(folder, request.environment);
  if (file === undefined) return { parse: parseUserFile, save: async () => undefined };
  const key = await parserVersion(request.cli);
  const before = (await readCached<ReadonlyMap<string, Read>>(file, key)) ?? new Map<string, Read>();
  const now = new Map<string, Read>();
  return {
    parse: (path, content) => {
      const id = digest(JSON.stringify([path, content]));
      const read = before.get(id) ?? parseUserFile(path, content);
      // A file with problems is soon another one.
      if (read.problems.length === 0) now.set(id, read);
      return read;
    },
    save: async () => {
      const isSame = now.size === before.size && [...now.keys()].every((id) => before.has(id));
      if (!isSame) await writeCached(file, key, now);
    },
  };
}

function cacheFile(folder: string, environment: CacheRequest['environment']): string | undefined {
  const cache = cacheFolder(environment);
  return cache && join(cache, 'projects', digest(folder).slice(0, 32));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
