import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a project reads and writes below its folder; see src/project/read.ts and src/plan/render.ts. */
const ofProject = [
  'env.custom',
  'disabled_services',
  'override.yml',
  'custom',
  'compose',
  'env',
  '.env',
  'coog.generated.yml',
  'coog.lock',
];

const ofCoog = ['package.json', 'oclif.manifest.json', 'dist', 'compose', 'defaults'];

export interface Resolved {
  readonly folder: string;
  readonly cwd: string;
  /** Folder of coog's package. */
  readonly root: string;
  /** Folders of the plugins that register something. */
  readonly plugins: readonly string[];
  /** Where oclif keeps the user's list of plugins. */
  readonly dataFolder: string;
  /** Further files, read or written, and folders that must be there (`name/`); relative to the project or absolute. */
  readonly further: readonly string[];
}

/**
 * Every path whose change can change what `configure` answers; undefined in a checkout of the scripts, where git decides
 * what is the user's.
 */
export function sourcesOf({ folder, cwd, root, plugins, dataFolder, further }: Resolved): string[] | undefined {
  const ofScripts = join(folder, 'env.base');
  if (existsSync(ofScripts)) return undefined;
  return [
    ofScripts,
    ...nearer(cwd, folder),
    ...[...ofProject, ...further].map((path) => (path.startsWith('/') ? path : join(folder, path))),
    ...ofCoog.map((path) => join(root, path)),
    ...plugins,
    join(dataFolder, 'package.json'),
  ];
}

/** An env.custom that appears in a folder nearer to the user makes that one the project. */
function nearer(cwd: string, folder: string): string[] {
  const paths: string[] = [];
  for (let here = cwd; here !== folder && here !== dirname(here); here = dirname(here))
    paths.push(join(here, 'env.custom'), join(here, 'custom'));
  return paths;
}
