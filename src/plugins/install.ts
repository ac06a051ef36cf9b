import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Contributor } from '../extension/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { judgePlugin } from './judge.ts';
import type { NpmAccess } from './npm.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { askRegistry } from './registry.ts';
import { type PluginSpec, parseSpec } from './spec.ts';
import { stagePlugin } from './stage.ts';
import { changeEntries, type Entry, readEntries, removeLeftovers } from './store.ts';
import { commandFor } from './take-back.ts';
import { versionAt } from './version-at.ts';

/** What every operation on the user's plugins is given. */
export interface PluginsContext {
  readonly cli: Contributor;
  /** oclif's folder for the user's plugins. */
  readonly dataFolder: string;
  readonly npm: NpmAccess;
  /** Where relative paths start. */
  readonly folder: string;
  /** The story, a line each. */
  readonly say: (message: string) => void;
}

export interface Installed {
  readonly name: string;
  readonly version: string;
  /** The version that it takes the place of. */
  readonly before: string | undefined;
  /** The command that takes it back. */
  readonly undo: string;
  readonly warnings: readonly Problem[];
}

export interface InstallOptions {
  /** Whether npm may run the scripts of what it installs. */
  readonly allowScripts: boolean;
  /** What updates follow, when it is not the range that is installed now. */
  readonly tag?: string;
}

/**
 * Installs one plugin beside what is there, judges it, and only then puts it into oclif's list, in one step. Whatever fails
 * before leaves the version that works; a kill leaves a folder that the next operation removes.
 * @throws ProblemError
 */
export async function installPlugin(
  text: string,
  options: InstallOptions,
  context: PluginsContext,
): Promise<Installed> {
  const spec = await parseSpec(text, context.folder);
  if (spec.from === 'file') await requireTarball(spec.path, text);
  return oneAtATime(context.dataFolder, async () => {
    await readEntries(context.dataFolder);
    await removeLeftovers(context.dataFolder);
    return put(spec, options, context);
  });
}

/** As installPlugin, for who has the lock already. */
export async function put(spec: PluginSpec, options: InstallOptions, context: PluginsContext): Promise<Installed> {
  const { npm, dataFolder, cli } = context;
  const wanted = await whatToInstall(spec, context);
  context.say(`Installing ${wanted.label}`);
  const staged = await stagePlugin({ npm, dataFolder, ...wanted, allowScripts: options.allowScripts });
  try {
    const { name, version } = await judgePlugin(staged.root, cli);
    const old = (await readEntries(dataFolder)).find((entry) => entry.name === name);
    const before = old && (await versionAt(dataFolder, old));
    const source = spec.from === 'registry' ? { tag: options.tag ?? spec.range } : { url: wanted.spec };
    const entry: Entry = { name, type: 'user', ...source, root: staged.folder };
    await changeEntries(dataFolder, (entries) => [...entries.filter((e) => e.name !== name), entry]);
    const undo = (old && commandFor(old, before)) ?? `coog plugins:uninstall ${name}`;
    return { name, version, before, undo, warnings: skippedScripts(name, staged.withScripts) };
  } catch (error) {
    await rm(staged.folder, { recursive: true, force: true });
    throw error;
  }
}

async function whatToInstall(spec: PluginSpec, context: PluginsContext): Promise<{ spec: string; label: string }> {
  if (spec.from === 'file') return { spec: `file:${spec.path}`, label: basename(spec.path) };
  const { npm, dataFolder, cli } = context;
  const { name, version } = await askRegistry(spec.name, spec.range, {
    npm,
    folder: dataFolder,
    cliVersion: cli.version,
  });
  return { spec: `${name}@${version}`, label: `${name}@${version}` };
}

async function requireTarball(path: string, text: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile()) return;
  throw new ProblemError({
    code: 'PLUGIN_SPEC_INVALID',
    title: `"${text}" cannot be installed: ${info ? 'it is a folder' : 'there is no such file'}`,
    place: { file: path },
    next: info
      ? `coog plugins:link ${path} while you work on it, or npm pack there and install the file`
      : 'correct the path',
  });
}

const skippedScripts = (name: string, packages: readonly string[]): Problem[] =>
  packages.length === 0
    ? []
    : [
        {
          code: 'PLUGIN_SCRIPTS_SKIPPED',
          severity: 'warning',
          title: `${packages.join(', ')} would run scripts when installed; they were not run`,
          next: `when ${name} does not work without them and you trust it, install it again with --allow-scripts`,
        },
      ];
