import { isAbsolute, join } from 'node:path';

/**
 * Where coog keeps what it can make again; undefined where nobody says where a home is.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME = '', HOME = '' } = environment;
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'coog');
  return isAbsolute(HOME) ? join(HOME, '.cache', 'coog') : undefined;
}
