import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { runTool } from '../../engine/index.ts';
import type { Look } from '../look.ts';
import { makeManifest, readManifest } from '../manifest.ts';
import { thisCli } from '../plugin.ts';

const PEER = '@coog/cli';

/** Files that npm would pack. Its scripts are not run: one of them may be these very tests. */
async function packed(look: Look): Promise<string[]> {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await runTool({ env: look.environment }, 'npm', args, { folder: look.root });
  // npm 12 answers by name, older ones with a list.
  const [answer] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  return (answer?.files ?? []).map((file) => file.path);
}

const isBelow = (file: string, path: string): boolean => file === path || file.startsWith(`${path}/`);

export const packageChecks = {
  'its package holds all that it names': async (look: Look) => {
    const { hook, package: json } = await look.plugin();
    const { fragments, patches, variables, defaults, anonymisationRules, ...lists } = await look.extension();
    const { tasks = [], checks = [], statusRows = [] } = lists;
    const named = [hook, json.oclif?.commands, fragments, patches, variables, defaults, anonymisationRules];
    const modules = [...tasks, ...checks, ...statusRows].map(({ module }) => module);
    const files = await packed(look);
    return [...named, ...modules, 'oclif.manifest.json', 'README.md']
      .flatMap((path) => (path === undefined ? [] : [normalize(path).replace(/[\\/]$/, '')]))
      .filter((path) => !files.some((file) => isBelow(file, path)))
      .map((path) => `${path} would not be packed: name it in "files" of package.json`);
  },

  'its package is an ES module that says which Node it needs': async (look: Look) => {
    const { package: json } = await look.plugin();
    return [
      ...(json.type === 'module' ? [] : ['"type" is not "module"']),
      ...(json.engines?.node ? [] : ['"engines" names no node']),
    ];
  },

  'its package runs nothing when it is installed': async (look: Look) =>
    Object.keys((await look.plugin()).package.scripts ?? {})
      .filter((script) => /^(pre|post)?install$/.test(script))
      .map((script) => `it has the script "${script}"`),

  'the CLI is an optional peer of a range that holds this version': async (look: Look) => {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = (await look.plugin()).package;
    const { default: satisfies } = await import('semver/functions/satisfies.js');
    const range = peerDependencies[PEER];
    const { version } = thisCli();
    return [
      ...(PEER in dependencies ? [`${PEER} is a dependency: a second copy of the CLI would be installed`] : []),
      ...(range === undefined ? [`"peerDependencies" does not name ${PEER}`] : []),
      ...(peerDependenciesMeta[PEER]?.optional ? [] : [`"peerDependenciesMeta" does not make ${PEER} optional`]),
      ...(range === undefined || satisfies(version, range, { includePrerelease: true })
        ? []
        : [`${range} does not hold ${version}`]),
    ];
  },

  'its manifest is there and fresh': async (look: Look) => {
    const found = await readManifest(look.root);
    if (found === undefined) return ['oclif.manifest.json is missing: npm run manifest'];
    const same = JSON.stringify(JSON.parse(found)) === JSON.stringify(JSON.parse(await makeManifest(look.root)));
    return same ? [] : ['oclif.manifest.json is older than the code or the version: npm run manifest'];
  },

  'its README names what it brings': async (look: Look) => {
    if (!existsSync(join(look.root, 'README.md'))) return ['README.md is missing'];
    const text = await readFile(join(look.root, 'README.md'), 'utf8');
    const { package: json } = await look.plugin();
    const { fragments } = await look.shipped();
    const services = fragments.filter((f) => f.notes.role === undefined).flatMap((f) => f.service?.name ?? []);
    const { databases = [] } = await look.extension();
    const manifest = JSON.parse((await readManifest(look.root)) ?? '{}') as { commands?: Record<string, unknown> };
    const names = [json.name, ...services, ...Object.keys(manifest.commands ?? {})];
    return [
      ...names.filter((name) => !text.includes(name)),
      ...databases.filter(({ name }) => !text.includes(name.replace(/^\$\{|\}$/g, ''))).map(({ name }) => name),
    ].map((name) => `README.md does not name ${name}`);
  },
};
