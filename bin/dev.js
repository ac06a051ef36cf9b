#!/usr/bin/env node
// Development: builds what changed, then runs it without the manifest (a manifest that is present wins over the code).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', root], {
  stdio: ['ignore', 2, 2],
});
if (built.status !== 0) process.exit(1);
const { bundle } = await import('../scripts/bundle.mjs');
await bundle(root);
const { main } = await import('../dist/cli/main.js');
void main(root, process.argv.slice(2), { ignoreManifest: true });
