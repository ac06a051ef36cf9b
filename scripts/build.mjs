/** Builds everything: TypeScript, the files made from the declarations, the oclif manifests. Needs Node ≥ 22.18. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
const { renderGenerated } = await import('../dist/plan/generated-sources.js');
for (const [path, content] of Object.entries(await renderGenerated(root)))
  writeWhenDifferent(join(root, path), content);

const plugins = readdirSync(join(root, 'plugins')).map((name) => join(root, 'plugins', name));
const packages = [root, ...plugins.filter((folder) => existsSync(join(folder, 'package.json')))];
for (const folder of packages)
  run(`oclif manifest ${folder}`, [join(root, 'node_modules/oclif/bin/run.js'), 'manifest'], folder);
