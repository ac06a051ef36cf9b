import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';
import { leaveOutOfJaeger, leaveOutOfTraefik } from './edge-sources.mjs';
import { ensureGoProgram } from './go-program.mjs';

const SOURCE = join(ROOT, 'test', 'support', 'edge', 'image');
const FILES = ['Dockerfile', 'echo.py'];
const IMAGES = ['traefik', 'haproxy', 'jaeger', 'echo'];

const TRAEFIK = {
  name: 'traefik',
  module: 'github.com/traefik/traefik/v3',
  version: 'v3.6.12',
  sum: 'h1:6pe4s7aaDTQs+AsF7KP3sM/xnq7zOVvibRQe5tw9eFo=',
  source: './cmd/traefik',
  prepare: leaveOutOfTraefik,
};
/** Jaeger 2.13: the last release that was also tagged as a module. */
const JAEGER = {
  name: 'jaeger',
  module: 'github.com/jaegertracing/jaeger',
  version: 'v1.76.0',
  sum: 'h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=',
  source: './cmd/jaeger',
  prepare: leaveOutOfJaeger,
};

/**
 * Makes the images of the edge: Traefik and Jaeger built from their Go modules (many minutes, once), the filter, and an
 * echo for the private services.
 * @returns {Promise<{COOG_TEST_EDGE_TAG: string}>} the tag of coog-test/traefik, haproxy, jaeger and echo
 */
export async function ensureEdgeImages() {
  // One after the other: each uses every core.
  const traefik = await ensureGoProgram(TRAEFIK);
  const jaeger = await ensureGoProgram(JAEGER);
  const tag = digest();
  const present = await Promise.all(
    IMAGES.map((name) => capture('docker', ['image', 'inspect', `coog-test/${name}:${tag}`])),
  );
  if (present.some(({ code }) => code !== 0)) await build(tag, { traefik, jaeger });
  return { COOG_TEST_EDGE_TAG: tag };
}

async function build(tag, programs) {
  const folder = mkdtempSync(join(tmpdir(), 'coog-edge-images-'));
  try {
    for (const name of FILES) copyFileSync(join(SOURCE, name), join(folder, name));
    for (const [name, path] of Object.entries(programs)) copyFileSync(path, join(folder, name));
    for (const name of IMAGES) {
      const args = ['build', '--quiet', '--target', name, '--tag', `coog-test/${name}:${tag}`, folder];
      const { code, stdout, stderr } = await capture('docker', args);
      if (code !== 0) throw new Error(`docker ${args.join(' ')} failed\n${`${stdout}${stderr}`.slice(-4000)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function digest() {
  const hash = createHash('sha256');
  for (const name of FILES) hash.update(readFileSync(join(SOURCE, name)));
  hash.update(JSON.stringify([TRAEFIK, JAEGER]));
  return hash.digest('hex').slice(0, 12);
}
