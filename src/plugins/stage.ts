import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { type NpmAccess, npmInstall } from './npm.ts';
import { installedFolder } from './store.ts';

/** A plugin in a folder of its own, with what it depends on. oclif does not know of it yet. */
export interface Staged {
  readonly name: string;
  /** The folder that oclif is to look in. */
  readonly folder: string;
  /** The folder of the package itself. */
  readonly root: string;
  /** Packages whose install scripts were not run. */
  readonly withScripts: readonly string[];
}

export interface StageOptions {
  readonly npm: NpmAccess;
  readonly dataFolder: string;
  /** What npm installs: `name@version` or `file:/path`. */
  readonly spec: string;
  /** Only for the folder's name. */
  readonly label: string;
  readonly allowScripts: boolean;
}

/**
 * Installs a package into a new folder; what is installed already is not touched. The folder goes away when it fails.
 * @throws ProblemError PLUGIN_INSTALL_FAILED
 */
export async function stagePlugin({ npm, dataFolder, spec, label, allowScripts }: StageOptions): Promise<Staged> {
  const folder = await newFolder(dataFolder, label);
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
    const { exitCode, stderr, timedOut } = await npmInstall(npm, folder, spec, { scripts: allowScripts });
    if (exitCode !== 0) throw new ProblemError(failed(label, stderr, timedOut), { exitCode: ExitCode.failed });
    const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const [name = ''] = Object.keys(dependencies);
    const withScripts = allowScripts ? [] : await scriptsIn(folder);
    return { name, folder, root: join(folder, 'node_modules', name), withScripts };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Its name ends with the process that makes it, so that others leave it alone. */
async function newFolder(dataFolder: string, label: string): Promise<string> {
  const base = join(installedFolder(dataFolder), label.replace(/^@/, '').replace(/[^\w.@-]+/g, '-'));
  for (let n = 1; ; n++) {
    const folder = `${base}${n === 1 ? '' : `-${n}`}.${process.pid}`;
    try {
      await mkdir(installedFolder(dataFolder), { recursive: true });
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function scriptsIn(folder: string): Promise<string[]> {
  const { packages = {} } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages?: Record<string, { hasInstallScript?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
}

function failed(label: string, stderr: string, timedOut: boolean): Problem {
  const said = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, ''))
    .filter((line) => line.trim() !== '' && !/complete log of this run/.test(line));
  return {
    code: 'PLUGIN_INSTALL_FAILED',
    title: `npm could not install ${label}; what was installed before is still there`,
    detail: timedOut ? 'It took longer than five minutes.' : said.slice(0, 10).join('\n'),
    next: 'correct what npm says, then try again',
  };
}
