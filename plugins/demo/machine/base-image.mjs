import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDebianKeyring } from './keyring.mjs';
import { aptProxyEnvironment, debianMirror } from './mirror.mjs';
import { ensurePackages } from './packages.mjs';
import { capture, isEntry, isRoot, NotReady, pipe, run } from './process.mjs';

export const BASE_IMAGE = 'debian:trixie-slim';
const SUITE = 'trixie';
const PULL_DEADLINE_MS = 90_000;

/** What debootstrap needs beyond its own dependencies. */
export const DEBOOTSTRAP_PACKAGES = [
  { name: 'debootstrap', why: 'makes the base image from the Debian mirror, as no image registry answers' },
  { name: 'gpgv', why: 'debootstrap verifies the mirror with it' },
];

export async function imagePresent(image = BASE_IMAGE) {
  return (await capture('docker', ['image', 'inspect', image])).code === 0;
}

/** Whether a registry gives the image before the deadline. The engine says "not found" at once, but hangs when cut off. */
export async function pullImage(image = BASE_IMAGE) {
  return (await capture('docker', ['pull', '--quiet', image], { timeout: PULL_DEADLINE_MS })).code === 0;
}

/**
 * Makes the base image present: as it is, pulled, or made from the machine's Debian mirror.
 * @returns {Promise<'present' | 'pulled' | 'made'>}
 */
export async function ensureBaseImage({ image = BASE_IMAGE, suite = SUITE, pull = true } = {}) {
  if (await imagePresent(image)) return 'present';
  if (pull && (await pullImage(image))) return 'pulled';
  if (!isRoot()) {
    throw new NotReady(`${image} cannot be pulled, and making it takes root.`, { remedy: ['run this again as root'] });
  }
  await ensurePackages(DEBOOTSTRAP_PACKAGES);
  console.error(`Making ${image} from the Debian mirror of this machine (about a minute)`);
  await makeBaseImage({ image, suite });
  return 'made';
}

async function makeBaseImage({ image, suite }) {
  const mirror = debianMirror();
  const include = mirror.startsWith('https:') ? ['--include=ca-certificates'] : [];
  const env = await aptProxyEnvironment();
  await withDebianKeyring(async (keyring) => {
    // Not the system's /tmp: it may forbid devices and programs, which a root file system has.
    const folder = mkdtempSync(join(process.env.TMPDIR ? tmpdir() : '/var/tmp', 'coog-base-'));
    const root = join(folder, 'root');
    try {
      const options = ['--variant=minbase', `--keyring=${keyring}`, ...include];
      const { code, stdout } = await capture('debootstrap', [...options, suite, root, mirror], { env });
      if (code !== 0) throw new Error(`debootstrap failed:\n${stdout.trimEnd().split('\n').slice(-10).join('\n')}`);
      await importImage(root, image);
    } finally {
      await removeTree(folder);
    }
  });
}

async function importImage(root, image) {
  const unneeded = ['./var/cache/apt/archives/*.deb', './var/lib/apt/lists/*', './debootstrap', './proc/*', './sys/*'];
  const tar = ['-C', root, ...unneeded.map((pattern) => `--exclude=${pattern}`), '--numeric-owner', '-c', '.'];
  const changes = ['CMD ["bash"]', 'LABEL org.coog.origin=debootstrap'].flatMap((change) => ['--change', change]);
  await pipe(['tar', tar], ['docker', ['import', ...changes, '--message', 'made with debootstrap', '-', image]]);
}

/** debootstrap that was stopped leaves /proc mounted in its tree, and removing that would reach into the system. */
async function removeTree(folder) {
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point?.startsWith(`${folder}/`));
  for (const point of mounted.reverse()) await run('umount', ['--lazy', point], { check: false });
  await run('rm', ['-rf', '--one-file-system', folder], { check: false });
}

if (isEntry(import.meta)) {
  const [image = BASE_IMAGE] = process.argv.slice(2);
  await ensureBaseImage({ image }).then(console.log, (error) => {
    console.error(error.message);
    process.exitCode = error.exitCode ?? 1;
  });
}
