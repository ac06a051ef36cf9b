import { capture, findCommand, isRoot, NotReady, run } from './process.mjs';

const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' };
const WAIT_FOR_LOCK = ['-o', 'DPkg::Lock::Timeout=120'];

let updated = false;

/** Reads the package lists anew, once in a process. */
export async function aptUpdate() {
  if (updated) return;
  console.error('Reading the package lists (apt-get update)');
  await run('apt-get', [...WAIT_FOR_LOCK, '-qq', 'update'], { env: ENVIRONMENT });
  updated = true;
}

/** Whether apt could install the package; reads the lists first when it does not know the name. */
export async function isAvailable(name) {
  const known = async () => /Candidate: (?!\(none\))/.test((await capture('apt-cache', ['policy', name])).stdout);
  if (await known()) return true;
  if (isRoot() && findCommand('apt-get')) await aptUpdate();
  return known();
}

export async function isInstalled(name) {
  const { stdout } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]);
  return stdout === 'installed';
}

/**
 * Installs the packages that are missing, after saying which and why.
 * @param {{name: string, why: string}[]} packages
 * @returns {Promise<string[]>} the names that were installed
 * @throws {NotReady} without apt or without root
 */
export async function ensurePackages(packages) {
  const missing = [];
  for (const item of packages) if (!(await isInstalled(item.name))) missing.push(item);
  if (missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  requireApt(missing);
  for (const { name, why } of missing) console.error(`Installing ${name}: ${why}`);
  await aptUpdate();
  await run('apt-get', [...WAIT_FOR_LOCK, 'install', '-y', '-qq', '--no-install-recommends', ...names], {
    env: ENVIRONMENT,
  });
  return names;
}

/** Brings installed packages to the newest version of the machine's own release. */
export async function upgradePackages(names) {
  requireApt(names.map((name) => ({ name, why: 'a newer version is needed' })));
  await aptUpdate();
  await run('apt-get', [...WAIT_FOR_LOCK, 'install', '-y', '-qq', '--only-upgrade', ...names], { env: ENVIRONMENT });
}

function requireApt(missing) {
  const list = missing.map(({ name, why }) => `${name} (${why})`).join(', ');
  if (!findCommand('apt-get')) {
    throw new NotReady(`This needs ${list}, and there is no apt-get here: install it by the means of this system.`);
  }
  if (isRoot()) return;
  const names = missing.map(({ name }) => name).join(' ');
  throw new NotReady(`This needs ${list}. Installing it takes root. Run:`, {
    remedy: ['sudo apt-get update', `sudo apt-get install --no-install-recommends ${names}`],
  });
}
