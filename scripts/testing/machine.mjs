import { ensurePackages } from '../../plugins/demo/machine/packages.mjs';
import { ensureCompose } from '../machine/compose.mjs';
import { ensureEngine } from '../machine/engine.mjs';
import { ensureRegistry } from './registry.mjs';

/** What the tests of each project find on the machine. Add packages (tmux, chromium) here when tests use them. */
const NEEDS = {
  unit: [],
  integration: ['engine', 'compose', 'baseImage', 'terminal', 'shells'],
  e2e: ['engine', 'compose', 'terminal', 'demoImages'],
  install: ['registry'],
  long: ['engine', 'compose', 'terminal', 'browser', 'demoImages', 'mongoImage'],
  edge: ['engine', 'compose', 'mkcert', 'demoImages', 'edgeImages'],
};

export const needs = (project, thing) => NEEDS[project].includes(thing);

/**
 * Prepares what the projects need, each thing once; the images of the demo take long and are made apart.
 * @returns {Promise<Record<string, string>>} the environment that tells the tests what is there
 */
export async function prepareMachine(projects, { step, onEngine }) {
  const all = new Set(projects.flatMap((project) => NEEDS[project]));
  if (all.has('engine')) await step('engine', async () => onEngine(await ensureEngine()));
  const env = all.has('compose') ? await step('compose versions', composeEnvironment) : {};
  if (all.has('terminal'))
    await step('terminal', () => ensurePackages([{ name: 'tmux', why: 'the tests use a real terminal' }]));
  if (all.has('browser'))
    await step('browser', () =>
      ensurePackages([{ name: 'chromium', why: 'the tests look at pages as a person would' }]),
    );
  if (all.has('shells'))
    await step('shells', () =>
      ensurePackages(['zsh', 'fish'].map((name) => ({ name, why: 'completion is tested in the real shell' }))),
    );
  if (all.has('registry')) Object.assign(env, await step('registry', ensureRegistry));
  if (all.has('mkcert'))
    await step('mkcert', () => ensurePackages([{ name: 'mkcert', why: 'the tests make certificates by it' }]));
  return env;
}

/** A version that is not to be had is told, and its variable is not set: the tests that need it fail and say so. */
async function composeEnvironment() {
  const v1 = await ensureCompose({ which: 'v1' });
  const v226 = await ensureCompose({ which: '2.26' });
  const v240 = await ensureCompose({ which: '2.40' });
  for (const { unavailable } of [v1, v226, v240]) if (unavailable) console.error(`  not to be had: ${unavailable}`);
  const env = {
    COOG_TEST_COMPOSE_V1: v1.command,
    COOG_TEST_DOCKER_CONFIG_V1: v1.dockerConfig,
    COOG_TEST_DOCKER_CONFIG_2_26: v226.dockerConfig,
    COOG_TEST_DOCKER_CONFIG_2_40: v240.dockerConfig,
  };
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
