import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where logs and pid files of what these scripts started lie. */
export function stateFolder(env = process.env) {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'coog');
}

/** Where downloads that tests use are kept between runs, outside the repository. */
export function cacheFolder(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'coog-test');
}
