import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../../plugins/demo/machine/process.mjs';
import { PROGRAM } from '../demo-project.mjs';

/**
 * Makes the stand-ins that the end-to-end tests start, from the very files that a demo project has. Slow on a new machine,
 * and mostly waiting: it runs beside the tests that need no images.
 */
export async function ensureDemoImages({ nodePath, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'coog-demo-images-'));
  try {
    await require(nodePath, [PROGRAM, 'init', folder, '--yes', '--demo'], { cwd: folder });
    await require(nodePath, [PROGRAM, 'configure'], { cwd: folder });
    const compose = { DOCKER_CONFIG: env.COOG_TEST_DOCKER_CONFIG_2_26 };
    await require('docker', ['compose', 'build', '--quiet'], { cwd: folder, env: compose });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function require(command, args, options) {
  const { code, stdout, stderr } = await capture(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${`${stdout}${stderr}`.slice(-4000)}`);
}
