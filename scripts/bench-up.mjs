import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { isEntry, NotReady } from '../plugins/demo/machine/process.mjs';
import { median } from './bench/measure.mjs';
import { isReached, table } from './bench/table.mjs';
import { createRunner } from './bench-db/runner.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { PROGRAM } from './demo-project.mjs';
import { ensureCompose } from './machine/compose.mjs';
import { ensureEngine, stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';

const ROUNDS = 5;
/** The first start of each makes what later ones find: the database, and what the engine keeps in memory. */
const WARM_UPS = 1;

/** What `coog up -d` costs beside `docker compose up -d --wait` of the same rendered project, in the same run. */
async function benchUp({ step }) {
  let engine = { started: false };
  const root = mkdtempSync(join(tmpdir(), 'coog-bench-up-'));
  try {
    const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
    await step('build', () => ensureBuilt());
    await step('engine', async () => {
      engine = await ensureEngine();
    });
    const { dockerConfig, version } = await step('compose', () => ensureCompose({ which: '2.26' }));
    if (!version) throw new NotReady('`docker compose` is not there: docker-compose 1.29.2 cannot wait.');
    await step('base image', () => ensureBaseImage());
    const env = { XDG_CACHE_HOME: join(root, 'cache'), ...(dockerConfig ? { DOCKER_CONFIG: dockerConfig } : {}) };
    return await withProject({ coog: [nodePath, PROGRAM], root, env, step }, (project) =>
      step('measure', () => measure(project)),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
    await stopEngine(engine);
  }
}

/** A demo project that was started once. Its containers, networks and data are gone afterwards. */
async function withProject({ coog, root, env, step }, work) {
  const runner = createRunner({ env });
  const folder = join(root, `coogbench-${process.pid}`);
  const run = (command) => runner.run(command, { cwd: folder });
  const project = {
    coogUp: () => run([...coog, 'up', '-d']),
    composeUp: () => run(['docker', 'compose', 'up', '--detach', '--wait']),
    down: () => run(['docker', 'compose', 'down']),
  };
  const stop = () => runner.stop();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  let made = false;
  try {
    await step('project', async () => {
      await runner.run([...coog, 'init', folder, '--yes', '--demo']);
      await run([...coog, 'config:set', 'DEMO_PUBLISH_DIRECTLY=true']);
      made = true;
      await project.coogUp();
      await project.down();
    });
    return await work(project);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
    // By a runner of its own: Ctrl-C has stopped the other one.
    if (made) await createRunner({ env }).run(['docker', 'compose', 'down', '--volumes'], { cwd: folder });
  }
}

/** One after the other in each round, so that what else the machine does hits both alike. */
async function measure(project) {
  const times = { coog: [], compose: [] };
  for (let round = -WARM_UPS; round < ROUNDS; round += 1)
    for (const [name, up] of [
      ['coog', project.coogUp],
      ['compose', project.composeUp],
    ]) {
      const { ms } = await up();
      await project.down();
      if (round >= 0) times[name].push(ms);
    }
  const [coog, compose] = [median(times.coog), median(times.compose)];
  return [
    { what: 'coog up -d / docker compose up -d --wait, the demo', value: coog / compose, unit: '×', limit: 1.05 },
    { what: '(docker compose up -d --wait)', value: compose / 1000, unit: 's' },
  ];
}

if (isEntry(import.meta)) {
  const steps = createSteps();
  try {
    const rows = await benchUp(steps);
    console.log(table(rows));
    process.exitCode = rows.every(isReached) ? 0 : 1;
  } catch (error) {
    process.exitCode = tellFailure(error);
  } finally {
    steps.end();
  }
}
