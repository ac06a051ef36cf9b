import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command, Flag } from './types.ts';

/** Where packages lie: that of the CLI, and the folder in which oclif keeps what a user installed. */
export interface Packages {
  readonly root: string;
  readonly dataFolder: string;
  /** In a checkout the plugins of the repository take part. */
  readonly development: boolean;
}

/** A plugin of the user, as oclif records it. */
interface Installed {
  readonly name: string;
  readonly root: string;
}

interface ManifestCommand {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly hidden?: boolean;
  readonly summary?: string;
  readonly description?: string;
  readonly strict?: boolean;
  readonly usage?: string | readonly string[];
  readonly args?: Readonly<Record<string, { name: string; options?: string[] }>>;
  readonly flags?: Readonly<Record<string, ManifestFlag>>;
}

interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly hidden?: boolean;
  readonly summary?: string;
  readonly description?: string;
  readonly type: string;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly options?: readonly string[];
}

/** Every command of the CLI and of its plugins, by their manifests: no code is loaded. What cannot be read is left out. */
export async function readCommands(packages: Packages): Promise<Command[]> {
  const plugins = [...(await shippedPlugins(packages)), ...(await installedPlugins(packages.dataFolder))];
  const folders = [packages.root, ...plugins.map(({ root }) => root)];
  const manifests = await Promise.all(
    folders.map((folder) =>
      readJson<{ commands?: Record<string, ManifestCommand> }>(join(folder, 'oclif.manifest.json')),
    ),
  );
  const commands = new Map<string, Command>();
  for (const manifest of manifests)
    for (const command of Object.values(manifest?.commands ?? {}))
      if (!command.hidden && !commands.has(command.id)) commands.set(command.id, commandOf(command));
  return [...commands.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Names of the plugins that a user installed or linked. */
export async function installedPlugins(dataFolder: string): Promise<Installed[]> {
  const file = await readJson<{ oclif?: { plugins?: { name?: string; type?: string; root?: string }[] } }>(
    join(dataFolder, 'package.json'),
  );
  return (file?.oclif?.plugins ?? []).flatMap(({ name, type, root }) =>
    name === undefined ? [] : [{ name, root: type === 'link' && root ? root : join(dataFolder, 'node_modules', name) }],
  );
}

async function shippedPlugins({ root, development }: Packages): Promise<Installed[]> {
  const file = await readJson<{ oclif?: { plugins?: string[]; devPlugins?: string[] } }>(join(root, 'package.json'));
  const names = [...(file?.oclif?.plugins ?? []), ...(development ? (file?.oclif?.devPlugins ?? []) : [])];
  return names.flatMap((name) => {
    const found = findPackage(name, root);
    return found === undefined ? [] : [{ name, root: dirname(found) }];
  });
}

function findPackage(name: string, root: string): string | undefined {
  try {
    return findPackageJSON(name, pathToFileURL(join(root, 'package.json')));
  } catch {
    return undefined;
  }
}

function commandOf(command: ManifestCommand): Command {
  return {
    id: command.id,
    aliases: command.aliases ?? [],
    summary: firstLine(command.summary ?? command.description),
    strict: command.strict !== false,
    usage: [command.usage ?? []].flat().join('\n'),
    args: Object.values(command.args ?? {}),
    flags: Object.values(command.flags ?? {})
      .filter(({ hidden }) => !hidden)
      .map(flagOf),
  };
}

const flagOf = (flag: ManifestFlag): Flag => ({
  name: flag.name,
  ...(flag.char === undefined ? {} : { char: flag.char }),
  summary: firstLine(flag.summary ?? flag.description),
  takesValue: flag.type === 'option',
  multiple: flag.multiple ?? false,
  allowNo: flag.allowNo ?? false,
  ...(flag.options === undefined ? {} : { options: flag.options }),
});

/** Of oclif's templates only the name of the program is filled in: nothing here is worth loading their engine. */
const firstLine = (text = ''): string => text.replace(/<%= *config\.bin *%>/g, 'coog').split('\n')[0] ?? '';

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
