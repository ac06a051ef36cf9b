import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { type Ended, type Running, start } from '../e2e/coog.ts';
import { folderWith } from '../folder.ts';

/** Somebody with a home of their own, who has coog and knows the registry. */
export interface User {
  readonly home: string;
  readonly run: (folder: string, ...args: string[]) => Promise<Ended>;
  readonly start: (folder: string, ...args: string[]) => Running;
  /** What oclif has of this user's plugins: version by name. */
  readonly plugins: (folder?: string) => Promise<Record<string, string>>;
  /** Names of the folders below the one of installed plugins. */
  readonly folders: () => Promise<string[]>;
}

export interface UserOptions {
  /** Another registry than the one of the run. */
  readonly registry?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function givenUser({ registry, env = {} }: UserOptions = {}): Promise<User> {
  const { url, coog } = inject('coogRegistry');
  const home = await folderWith({ '.npmrc': `registry=${registry ?? url}\n`, 'data/': '' });
  const environment = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    LANG: 'C.UTF-8',
    ...env,
  };
  const startIn = (folder: string, ...args: string[]): Running =>
    start(process.execPath, [coog, ...args], { folder, env: environment });
  const run = (folder: string, ...args: string[]): Promise<Ended> => startIn(folder, ...args).ended;
  return {
    home,
    run,
    start: startIn,
    plugins: async (folder = home) => {
      const { stdout, stderr, exitCode } = await run(folder, 'plugins', '--json');
      if (exitCode !== 0) throw new Error(`coog plugins failed:\n${stdout}${stderr}`);
      const listed = JSON.parse(stdout) as { name: string; version: string }[];
      return Object.fromEntries(listed.map(({ name, version }) => [name, version]));
    },
    folders: async () => (await readdir(join(home, 'data/coog/installed')).catch(() => [])).sort(),
  };
}

/** oclif's list of a user's plugins, as it lies on the disk. */
export const listOf = async ({ home }: User): Promise<string> =>
  readFile(join(home, 'data/coog/package.json'), 'utf8').catch(() => '');
