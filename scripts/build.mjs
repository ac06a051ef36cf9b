/** Builds everything: TypeScript, the files made from the declarations, the oclif manifests. Needs Node ≥ 22.18. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pluginFolders, renderCommandPages } from './build/command-pages.mjs';
import { bundle } from './bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(label, args, cwd = root) {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  process.stderr.write(`${label} failed\n`);
  process.exit(1);
}

function writeWhenDifferent(path, content) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
}

run('tsc -b', [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
await bundle(root);
const { renderGenerated } = await import('../dist/plan/generated-sources.js');
for (const [path, content] of Object.entries(await renderGenerated(root)))
  writeWhenDifferent(join(root, path), content);

// What `oclif manifest` does, without the many packages that come with it.
const { Plugin } = await import('@oclif/core');
for (const folder of [root, ...pluginFolders(root).map((path) => join(root, path))]) {
  const plugin = new Plugin({
    root: folder,
    ignoreManifest: true,
    respectNoCacheDefault: true,
    errorOnManifestCreate: true,
    type: 'core',
  });
  await plugin.load();
  // In the order of names, whatever the order in which the file system lists them.
  const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = { ...plugin.manifest, commands };
  writeWhenDifferent(join(folder, 'oclif.manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const pages = renderCommandPages(root);
mkdirSync(join(root, 'docs/commands'), { recursive: true });
for (const [path, content] of Object.entries(pages)) writeWhenDifferent(join(root, path), content);
for (const name of readdirSync(join(root, 'docs/commands')))
  if (!(`docs/commands/${name}` in pages)) rmSync(join(root, 'docs/commands', name));
