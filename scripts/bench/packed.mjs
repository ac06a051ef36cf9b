import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../plugins/demo/machine/process.mjs';

/**
 * Packs the CLI and installs the file, as a user would.
 * @param {string} folder where to; it is made
 * @returns {Promise<string>} the program
 */
export async function installPacked(root, folder) {
  mkdirSync(folder, { recursive: true });
  const quiet = ['--loglevel', 'error', '--no-audit', '--no-fund'];
  await npm(['pack', root, '--pack-destination', folder, ...quiet], folder);
  const { version } = (await import(join(root, 'package.json'), { with: { type: 'json' } })).default;
  const file = `./coog-cli-${version}.tgz`;
  await npm(['install', '--prefix', folder, '--prefer-offline', ...quiet, file], folder);
  return join(folder, 'node_modules/@coog/cli/bin/run.js');
}

async function npm(args, cwd) {
  const { code, stderr } = await capture('npm', args, { cwd });
  if (code !== 0) throw new Error(`npm ${args[0]} ended with exit code ${code}\n${stderr.slice(-2000)}`);
}
