import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePackages, isAvailable } from '../../plugins/demo/machine/packages.mjs';
import { capture, findCommand, isEntry, isRoot, run } from '../../plugins/demo/machine/process.mjs';
import { cacheFolder } from './folders.mjs';
import { openSuite } from './suite.mjs';

/** Debian suites that ship each version. sid moves on, so what it gives is checked, and told when it is another. */
const SUITES = { 2.26: 'trixie', '2.40': 'sid' };
const PLUGIN = 'usr/libexec/docker/cli-plugins/docker-compose';
const V1 = '1.29.2';

/**
 * @typedef {object} Compose
 * @property {string | undefined} version what the binary says of itself; undefined when it is not to be had
 * @property {string} [command] the docker-compose executable (v1, or what 'any' found)
 * @property {string} [dockerConfig] a DOCKER_CONFIG folder: with the plugin of that version, or for v1 without any
 * @property {string} [unavailable] why the version is not to be had on this machine
 */

/** @param {{which: 'any' | 'v1' | '2.26' | '2.40'}} options @returns {Promise<Compose>} */
export async function ensureCompose({ which }) {
  if (which === 'any') return anyCompose();
  if (which === 'v1') return composeV1();
  try {
    return await composePlugin(which);
  } catch (error) {
    return { version: undefined, unavailable: `Compose ${which}: ${error.message}` };
  }
}

/** The packages that bring a Compose, when there is none. */
export async function missingComposePackages() {
  if ((await findAnyCompose()) !== undefined) return [];
  return [{ name: 'docker-compose', why: 'Compose, which starts the containers of a project' }];
}

async function anyCompose() {
  await ensurePackages(await missingComposePackages());
  const found = await findAnyCompose();
  if (found) return found;
  throw new Error('docker-compose was installed, but neither `docker compose` nor `docker-compose` works.');
}

async function findAnyCompose() {
  const plugin = await capture('docker', ['compose', 'version', '--short']);
  if (plugin.code === 0) return { version: cleanVersion(plugin.stdout), command: undefined };
  const command = findCommand('docker-compose');
  const version = command && (await versionOf(command));
  return version ? { version, command } : undefined;
}

async function composeV1() {
  const dockerConfig = join(cacheFolder(), 'compose-v1');
  mkdirSync(dockerConfig, { recursive: true });
  const present = await findV1();
  if (present) return { version: V1, command: present, dockerConfig };
  const unavailable = (why) => ({ version: undefined, unavailable: `docker-compose ${V1}: ${why}` });
  const { stdout } = (await isAvailable('docker-compose'))
    ? await capture('apt-cache', ['policy', 'docker-compose'])
    : { stdout: '' };
  if (!new RegExp(`Candidate: ${V1.replaceAll('.', '\\.')}-`).test(stdout)) {
    return unavailable('the package lists of this system have another version');
  }
  if (!isRoot()) return unavailable('installing it takes root: sudo apt-get install docker-compose');
  await ensurePackages([{ name: 'docker-compose', why: `the tests run against Compose ${V1} too` }]);
  const command = await findV1();
  return command ? { version: V1, command, dockerConfig } : unavailable('another docker-compose hides it on PATH');
}

async function findV1() {
  const candidates = [findCommand('docker-compose'), '/usr/bin/docker-compose'].filter(Boolean);
  for (const candidate of candidates) if ((await versionOf(candidate)) === V1) return candidate;
  return undefined;
}

async function composePlugin(wanted) {
  const dockerConfig = join(cacheFolder(), `compose-${wanted}`);
  const binary = join(dockerConfig, 'cli-plugins', 'docker-compose');
  const cached = await versionOf(binary);
  if (cached) return { version: cached, dockerConfig };
  console.error(`Fetching Compose ${wanted} for the tests (Debian ${SUITES[wanted]}, kept in ${dockerConfig})`);
  mkdirSync(dirname(binary), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'fetch-'));
  try {
    const suite = await openSuite(SUITES[wanted], work);
    const versions = await suite.versions('docker-compose');
    const version = versions.find((candidate) => candidate.startsWith(`${wanted}.`)) ?? versions[0];
    if (version === undefined) throw new Error(`Debian ${SUITES[wanted]} has no docker-compose.`);
    await run('apt-get', [...suite.options, '-qq', 'download', `docker-compose=${version}`], { cwd: work });
    const [archive] = readdirSync(work).filter((name) => name.endsWith('.deb'));
    await run('dpkg', ['-x', join(work, archive), join(work, 'tree')]);
    // Within one file system, so that a killed run leaves no half of a binary in the cache.
    renameSync(join(work, 'tree', PLUGIN), binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const version = await versionOf(binary);
  if (!version) throw new Error(`${binary} does not run on this machine.`);
  if (!version.startsWith(`${wanted}.`))
    console.error(`Debian has Compose ${version} now where ${wanted} was expected.`);
  return { version, dockerConfig };
}

async function versionOf(command) {
  const { code, stdout } = await capture(command, ['version', '--short']);
  return code === 0 ? cleanVersion(stdout) : undefined;
}

/** '2.26.1-4' and 'v2.26.1' are 2.26.1: Debian's revision is no part of Compose's version. */
const cleanVersion = (text) => text.trim().replace(/^v/, '').replace(/-.*$/, '');

if (isEntry(import.meta)) console.log(JSON.stringify(await ensureCompose({ which: process.argv[2] ?? 'any' })));
