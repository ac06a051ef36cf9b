import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Files, folderWith, writeFiles } from './folder.ts';
import { repository } from './plugins.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A package that oclif finds as if a person had said `coog plugins:link FOLDER`. */
export interface LinkedPlugin {
  readonly name: string;
  /** Source of the module that registers; absent: a folder that is not there. */
  readonly hook?: string;
  readonly files?: Files;
  /** An existing package instead. */
  readonly root?: string;
}

export const linkedB2c: LinkedPlugin = { name: '@coog/plugin-b2c', root: `${repository}/plugins/b2c` };

/** A hook that returns this. */
export const returning = (extension: object): string => `export default async () => (${JSON.stringify(extension)});\n`;

/** The real `coog`, as an installed one: its environment holds nothing of the shell that runs the tests. */
export interface Coog {
  readonly run: (folder: string, args: readonly string[], environment?: Record<string, string>) => Promise<Ran>;
}

export async function installedCoog(plugins: readonly LinkedPlugin[] = []): Promise<Coog> {
  const home = await folderWith({});
  await linkPlugins(home, plugins);
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    LANG: 'C.UTF-8',
    // A checkout loads the plugins of the repository unless it is told that it is no development.
    NODE_ENV: 'production',
  };
  return {
    run: async (folder, args, environment = {}) => {
      const result = await execa(process.execPath, [join(repository, 'bin/run.js'), ...args], {
        cwd: folder,
        env: { ...env, ...environment },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        timeout: 60_000,
      });
      return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
    },
  };
}

/** Links plugins for whoever has XDG_DATA_HOME at the folder `data` of this home. */
export async function linkPlugins(home: string, plugins: readonly LinkedPlugin[]): Promise<void> {
  const linked = await Promise.all(plugins.map((plugin, i) => linkPlugin(join(home, `plugin-${i}`), plugin)));
  await writeFiles(home, {
    'data/coog/package.json': JSON.stringify({ name: 'coog', private: true, oclif: { plugins: linked } }),
  });
}

/** Writes a package; answers what oclif's list of plugins says of it. */
export async function linkPlugin(root: string, plugin: LinkedPlugin): Promise<object> {
  if (plugin.root) return { name: plugin.name, type: 'link', root: plugin.root };
  if (plugin.hook !== undefined) {
    const commands = Object.keys(plugin.files ?? {}).some((path) => path.startsWith('commands/'));
    await writeFiles(root, {
      'package.json': JSON.stringify({
        name: plugin.name,
        version: '1.0.0',
        type: 'module',
        files: ['/hook.js'],
        oclif: {
          hooks: { 'coog:extension': './hook.js' },
          ...(commands ? { commands: './commands' } : {}),
        },
      }),
      'hook.js': plugin.hook,
      ...plugin.files,
    });
    await mkdir(join(root, 'node_modules/@oclif'), { recursive: true });
    await symlink(join(repository, 'node_modules/@oclif/core'), join(root, 'node_modules/@oclif/core'));
  }
  return { name: plugin.name, type: 'link', root };
}

/** Copies a fixture into a temporary folder. */
export async function fixture(name: string): Promise<string> {
  const folder = await folderWith({});
  await cp(join(repository, 'test/fixtures', name), folder, { recursive: true });
  return folder;
}

export const write = (folder: string, path: string, content: string): Promise<void> =>
  writeFile(join(folder, path), content);
