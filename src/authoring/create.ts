import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contributor } from '../extension/index.ts';
import { type PlanRequest, shippedNames } from '../plan/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { PluginNames } from './names.ts';
import { fillTemplate } from './template.ts';

export interface CreatedPlugin {
  readonly package: string;
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** Whether @coog/cli could be linked, so that its tests run without `npm install`. */
  readonly linked: boolean;
}

/**
 * Makes a plugin in a folder that is empty or does not exist, and links this CLI into it.
 * @throws ProblemError PLUGIN_FOLDER_TAKEN, PLUGIN_NAME_TAKEN, FOLDER_NOT_USABLE (2)
 */
export async function createPlugin(
  names: PluginNames,
  folder: string,
  request: Omit<PlanRequest, 'folder'>,
): Promise<CreatedPlugin> {
  const { cli } = request;
  await requireEmpty(folder, names);
  const files = await fillTemplate(join(cli.root, 'templates/plugin'), names, cli.version);
  await requireFree(names, files, request);
  try {
    await mkdir(folder, { recursive: true });
    await writeFilesAtomically(
      [...files].map(([path, content]) => ({ path: join(folder, path), content, mode: 0o644 })),
    );
  } catch (error) {
    throw cannotUse(folder, error as NodeJS.ErrnoException);
  }
  return { package: names.package, folder, files: [...files.keys()].sort(), linked: await linkCli(folder, cli) };
}

/** A fresh repository is as good as an empty folder. */
async function requireEmpty(folder: string, { package: name }: PluginNames): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw cannotUse(folder, error);
  });
  const [first] = found.filter((entry) => entry !== '.git');
  if (first === undefined) return;
  throw new ProblemError({
    code: 'PLUGIN_FOLDER_TAKEN',
    title: `the folder is not empty (it has ${first}); nothing is ever overwritten`,
    place: { file: folder },
    next: `coog plugins:create ${name} OTHER_FOLDER`,
  });
}

/** A service or a variable of the same name could never be installed beside the one that is there. */
async function requireFree(
  names: PluginNames,
  files: ReadonlyMap<string, string>,
  request: Omit<PlanRequest, 'folder'>,
): Promise<void> {
  const taken = await shippedNames(request);
  const wanted = [...(files.get('variables.yml') ?? '').matchAll(/^ {6}([A-Z][A-Z0-9_]*):$/gm)].map(([, v = '']) => v);
  const variable = wanted.find((name) => taken.variables.has(name));
  const owner = taken.services.get(names.name) ?? taken.variables.get(variable ?? '');
  if (owner === undefined) return;
  throw new ProblemError({
    code: 'PLUGIN_NAME_TAKEN',
    title: `${owner} has ${taken.services.has(names.name) ? `a service ${names.name}` : `the variable ${variable}`} already`,
    next: `coog plugins:create my-${names.name}`,
  });
}

/** As `npm link` does: its own tests find @coog/cli also where no registry has it. */
async function linkCli(folder: string, { name, root }: Contributor): Promise<boolean> {
  const [scope = '', last = ''] = name.split('/');
  try {
    await mkdir(join(folder, 'node_modules', scope), { recursive: true });
    await symlink(root, join(folder, 'node_modules', scope, last), 'junction');
    return true;
  } catch {
    return false;
  }
}

const cannotUse = (folder: string, error: NodeJS.ErrnoException): ProblemError =>
  new ProblemError(
    {
      code: 'FOLDER_NOT_USABLE',
      title: `the plugin cannot be made there (${error.code ?? error.message})`,
      place: { file: folder },
      next: 'coog plugins:create NAME OTHER_FOLDER',
    },
    { cause: error, exitCode: ExitCode.refused },
  );
