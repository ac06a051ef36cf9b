import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../plugins/demo/machine/process.mjs';

/** Switches on whatever can be switched on, with the values that then are required. */
const EVERYTHING = {
  IMAGE_VERSION_DEFAULT: 'bench-1',
  ENABLE_HOST_NETWORK_INTEGRATION: 'true',
  LOGGING_CONFIGURATION_TEMPLATE: 'default',
};

/** A configured project with every service, and as many fragments of its own as asked for. */
export async function givenProject(coog, folder, { fragments = 0 } = {}) {
  await require(coog, ['init', folder, '--yes'], folder);
  const settings = Object.entries(EVERYTHING).map(([name, value]) => `${name}=${value}`);
  await require(coog, ['config:set', '-C', folder, ...settings], folder);
  if (fragments > 0) writeFragments(join(folder, 'custom', 'compose', 'bench'), fragments);
  await require(coog, ['configure', '-C', folder], folder);
  return folder;
}

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

async function require([file, ...leading], args, cwd) {
  mkdirSync(cwd, { recursive: true });
  const { code, stderr } = await capture(file, [...leading, ...args], { cwd });
  if (code !== 0) throw new Error(`coog ${args.join(' ')} ended with exit code ${code}\n${stderr}`);
}
