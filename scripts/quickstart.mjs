import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { BASE_IMAGE, ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { findCommand, isEntry, isRoot, NotReady } from '../plugins/demo/machine/process.mjs';
import { ensureBuilt, ensureReady, ROOT } from './bootstrap.mjs';
import { demoProject, PROGRAM } from './demo-project.mjs';
import { ensureCompose, missingComposePackages } from './machine/compose.mjs';
import { engineAnswers, ensureEngine, missingEnginePackages, ownEnginePid } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';

/** From a fresh clone to a demo that one can log in to. Each step does nothing when its work is done already. */
export async function quickstart(folder, steps) {
  const { step } = steps;
  await announce(folder);
  // Two rows side by side: what the system lacks, and what this repository lacks.
  const [{ nodePath }] = await Promise.all([makeReady(step), prepareSystem(step)]);
  const project = demoProject({ folder, nodePath });
  await step('project', async () => {
    if (project.exists()) console.error(`  ${folder} has an env.custom already: it is kept as it is`);
    else await project.init();
  });
  writeFileSync(join(folder, 'coog'), `#!/bin/sh\nexec '${nodePath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 });
  await step('start', project.up);
  console.error(`  total: ${steps.total()}\n`);
  tell(folder, await project.access());
}

async function announce(folder) {
  const running = await engineAnswers();
  const packages = [...(running ? [] : await missingEnginePackages()), ...(await missingComposePackages())];
  if (packages.length > 0) requireMeans(packages);
  const plan = [
    ...packages.map(({ name, why }) => `install ${name}: ${why}`),
    ...(running ? [] : ['start the engine (dockerd)']),
    ...(findCommand('debootstrap') ? [] : [`install debootstrap, only when no image registry gives ${BASE_IMAGE}`]),
    `install the npm dependencies and build in ${ROOT}, where that is not done`,
    `create a demo project in ${folder}, unless there is one, and start it`,
  ];
  console.error(['This will:', ...plan.map((line) => `  - ${line}`), ''].join('\n'));
}

/** Everything that is missing in one message, before anything changes. */
function requireMeans(packages) {
  const names = packages.map(({ name }) => name).join(' ');
  if (!findCommand('apt-get')) {
    throw new NotReady('Docker (20.10 or later) and Compose are needed, and this is no Debian: install them first.');
  }
  if (isRoot()) return;
  throw new NotReady('The quickstart installs packages and starts the engine, which takes root. As root, run:', {
    remedy: ['apt-get update', `apt-get install --no-install-recommends ${names}`, 'npm run quickstart'],
  });
}

async function makeReady(step) {
  const ready = await step('dependencies', () => ensureReady({ build: false }));
  await step('build', () => ensureBuilt());
  return ready;
}

async function prepareSystem(step) {
  await step('engine', ensureEngine);
  await step('compose', () => ensureCompose({ which: 'any' }));
  // `coog up` would make it as well, but not beside the dependencies.
  await step('base image', () => ensureBaseImage());
}

function tell(folder, { url, user, password }) {
  const coog = './coog';
  const lines = [
    `Coog runs at   ${url ?? '(see: status)'}`,
    `User           ${user}`,
    `Password       ${password ?? '(see: config:get DEMO_ADMIN_PASSWORD --reveal)'}`,
    '',
    `cd ${folder}`,
    `${coog} status      what runs`,
    `${coog} logs        what it says`,
    `${coog} down        stop it; the data is kept`,
    `${coog} --help      everything else`,
  ];
  const engine = ownEnginePid();
  if (engine) lines.push(`kill ${engine}      stop the engine that was started here`);
  console.log(lines.join('\n'));
}

if (isEntry(import.meta)) {
  const folder = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? join(homedir(), 'coog-demo'));
  const steps = createSteps();
  try {
    await quickstart(folder, steps);
  } catch (error) {
    const argument = process.argv[2] ? ` -- ${process.argv[2]}` : '';
    const howToGoOn = `To go on where this stopped: npm run quickstart${argument}`;
    process.exitCode = tellFailure(error, { howToGoOn });
  } finally {
    steps.end();
  }
}
