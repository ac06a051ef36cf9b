import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';

/** Switches on whatever can be switched on, with the values that then are required. */
const EVERYTHING = {
  IMAGE_VERSION_DEFAULT: 'bench-1',
  ENABLE_HOST_NETWORK_INTEGRATION: 'true',
  LOGGING_CONFIGURATION_TEMPLATE: 'default',
};

/** A configured project with every service, and as many fragments of its own as asked for. */
export async function givenProject(coog, folder, { fragments = 0, env } = {}) {
  const require = (args) => must(coog, args, { cwd: folder, env });
  await require(['init', folder, '--yes']);
  const settings = Object.entries(EVERYTHING).map(([name, value]) => `${name}=${value}`);
  await require(['config:set', '-C', folder, ...settings]);
  if (fragments > 0) writeFragments(join(folder, 'custom', 'compose', 'bench'), fragments);
  await require(['configure', '-C', folder]);
  return folder;
}

/** What is optional and takes part by itself; the demo is no part of a deployment. */
const OPTIONAL = ['anonymize', 'b2c', 'jaeger', 'uwsgi-debug'];

/**
 * A home for coog with the optional plugins of the repository linked, or with none. In it coog is as it is installed: a
 * checkout would load the repository's plugins by itself.
 * @returns {{env: Record<string, string>, plugins: string[]}} `plugins`: those that there are
 */
export function givenHome(folder, { plugins }) {
  const found = plugins ? OPTIONAL.filter((name) => existsSync(join(ROOT, 'plugins', name, 'package.json'))) : [];
  const linked = found.map((name) => ({
    name: `@coog/plugin-${name}`,
    type: 'link',
    root: join(ROOT, 'plugins', name),
  }));
  mkdirSync(join(folder, 'coog'), { recursive: true });
  writeFileSync(
    join(folder, 'coog', 'package.json'),
    JSON.stringify({ name: 'coog', private: true, oclif: { schema: 1, plugins: linked } }),
  );
  return { env: { XDG_DATA_HOME: folder, NODE_ENV: 'production' }, plugins: found };
}

/** A project of sleeping services alone, which run; `stop` takes it away again. @returns {Promise<{folder: string, stop: () => Promise<void>}>} */
export async function givenRunning(coog, folder, { services, env }) {
  const require = (args) => must(coog, args, { cwd: folder, env });
  await require(['init', folder, '--yes', '--coog-version', '1']);
  writeFileSync(join(folder, 'disabled_services'), `${shipped().join('\n')}\n`);
  mkdirSync(join(folder, 'custom', 'compose', 'bench'), { recursive: true });
  for (let number = 0; number < services; number += 1) {
    const service = { image: 'debian:trixie-slim', init: true, command: ['sleep', 'infinity'], network_mode: 'none' };
    const yaml = `services:\n  bench-${number}: ${JSON.stringify(service)}\n`;
    writeFileSync(join(folder, 'custom', 'compose', 'bench', `bench-${number}.yml`), yaml);
  }
  await require(['up', '-C', folder, '-d']);
  return { folder, stop: () => require(['down', '-C', folder]) };
}

/** Every fragment that the core and the plugins of the repository ship, as disabled_services names it. */
const shipped = () =>
  globSync('{.,plugins/*}/compose/*/*.yml', { cwd: ROOT }).map((path) =>
    path.replace(/^.*compose\//, '').replace(/\.yml$/, ''),
  );

function writeFragments(folder, count) {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const service = {
      image: `bench:${number}`,
      restart: 'unless-stopped',
      environment: { NUMBER: number, HOST: '$' + '{POSTGRES_HOST}' },
      networks: ['backend'],
      depends_on: { postgres: { condition: 'service_healthy' } },
    };
    const yaml = `services:\n  bench-${number}: ${JSON.stringify(service)}\n`;
    writeFileSync(join(folder, `bench-${number}.yml`), yaml);
  }
}

async function must([file, ...leading], args, { cwd, env }) {
  mkdirSync(cwd, { recursive: true });
  const { code, stderr } = await capture(file, [...leading, ...args], { cwd, env });
  if (code !== 0) throw new Error(`coog ${args.join(' ')} ended with exit code ${code}\n${stderr}`);
}
