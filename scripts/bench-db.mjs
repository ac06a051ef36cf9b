import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages } from '../plugins/demo/machine/packages.mjs';
import { findCommand, isEntry, NotReady } from '../plugins/demo/machine/process.mjs';
import { fill } from './bench-db/fill.mjs';
import { goals, goalTable, isReached } from './bench-db/goals.mjs';
import { createProject } from './bench-db/project.mjs';
import { measureRounds } from './bench-db/rounds.mjs';
import { createRunner } from './bench-db/runner.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { PROGRAM } from './demo-project.mjs';
import { ensureCompose } from './machine/compose.mjs';
import { ensureEngine, stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';

/** Databases and files that lie beside each other at the same time, as a multiple of the database. */
const ROOM = 8;

/** What dump, load and snapshot cost, beside what PostgreSQL's own programs take for the same in the same run. */
async function benchDatabases(steps, size) {
  const { step } = steps;
  let engine = { started: false };
  try {
    const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
    await step('build', () => ensureBuilt());
    if (!findCommand('zip'))
      await step('zip', () => ensurePackages([{ name: 'zip', why: 'the scripts zip their backups' }]));
    await step('engine', async () => {
      engine = await ensureEngine();
    });
    const { dockerConfig } = await step('compose', () => ensureCompose({ which: '2.26' }));
    return await withProject({ coog: [nodePath, PROGRAM], dockerConfig, size }, async (project) => {
      await step('project', () => project.start());
      const bytes = await step(`database of ${size.gigabytes} GB`, () => fill(project, size.gigabytes));
      return goals(await measureRounds(project, { rounds: size.rounds, step }), { bytes });
    });
  } finally {
    await stopEngine(engine);
  }
}

/** A project that is gone afterwards, also after a failure and after Ctrl-C, which ends the command that runs. */
async function withProject({ coog, dockerConfig, size }, work) {
  const root = mkdtempSync(join(tmpdir(), 'coog-bench-db-'));
  const env = { XDG_CACHE_HOME: join(root, 'cache'), TMPDIR: join(root, 'tmp') };
  const runner = createRunner({ env: { ...env, ...(dockerConfig ? { DOCKER_CONFIG: dockerConfig } : {}) } });
  const project = createProject({ coog, root, runner });
  const stop = () => runner.stop();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  try {
    requireRoom(root, size.gigabytes);
    return await work(project);
  } finally {
    await project.remove();
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  }
}

function requireRoom(folder, gigabytes) {
  const { bavail, bsize } = statfsSync(folder);
  const needed = ROOM * gigabytes;
  const free = (bavail * bsize) / 1e9;
  if (free >= needed) return;
  throw new NotReady(`${folder} has ${free.toFixed(1)} GB free, and ${needed.toFixed(1)} GB are needed.`, {
    remedy: ['TMPDIR=<a folder on a larger disk> npm run bench:db', 'COOG_BENCH_GB=0.2 npm run bench:db'],
  });
}

/** @throws {NotReady} for what is no number above 0 */
function numberOf(variable, fallback) {
  const value = Number(process.env[variable] || fallback);
  if (value > 0) return value;
  throw new NotReady(`${variable} must be a number above 0.`);
}

if (isEntry(import.meta)) {
  const steps = createSteps();
  try {
    const size = { gigabytes: numberOf('COOG_BENCH_GB', 1), rounds: Math.ceil(numberOf('COOG_BENCH_ROUNDS', 3)) };
    const rows = await benchDatabases(steps, size);
    console.error(`  total: ${steps.total()}`);
    console.log(goalTable(rows));
    process.exitCode = rows.every(isReached) ? 0 : 1;
  } catch (error) {
    process.exitCode = tellFailure(error);
  } finally {
    steps.end();
  }
}
