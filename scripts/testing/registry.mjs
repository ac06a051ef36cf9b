import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';
import { cacheFolder } from '../machine/folders.mjs';

const SOURCE = join(ROOT, 'test', 'support', 'registry', 'server');
const FILES = ['package.json', 'package-lock.json'];

/**
 * Installs verdaccio, the registry that tests publish to, once and outside of the repository.
 * @returns {Promise<{COOG_TEST_REGISTRY: string}>} its program
 */
export async function ensureRegistry() {
  const hash = createHash('sha256');
  for (const name of FILES) hash.update(readFileSync(join(SOURCE, name)));
  const folder = join(cacheFolder(), `registry-${hash.digest('hex').slice(0, 12)}`);
  const program = join('node_modules', 'verdaccio', 'bin', 'verdaccio');
  if (!existsSync(join(folder, program))) {
    console.error('Installing verdaccio, the registry of the tests (once)');
    const work = `${folder}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    try {
      for (const name of FILES) copyFileSync(join(SOURCE, name), join(work, name));
      await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: work });
      rmSync(folder, { recursive: true, force: true });
      renameSync(work, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return { COOG_TEST_REGISTRY: join(folder, program) };
}
