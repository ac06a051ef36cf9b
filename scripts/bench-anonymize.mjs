import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEntry, NotReady } from '../plugins/demo/machine/process.mjs';
import { fill, measure } from './bench-anonymize/measure.mjs';
import { goalTable, isReached } from './bench-db/goals.mjs';
import { createProject } from './bench-db/project.mjs';
import { createRunner } from './bench-db/runner.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { PROGRAM } from './demo-project.mjs';
import { ensureCompose } from './machine/compose.mjs';
import { ensureEngine, stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';

/** What anonymising costs, beside the scripts' statements and beside a bare VACUUM FULL of the same tables in the same run. */
async function benchAnonymise({ step }, { gigabytes, premiums }) {
  let engine = { started: false };
  let project;
  try {
    const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
    await step('build', () => ensureBuilt());
    await step('engine', async () => {
      engine = await ensureEngine();
    });
    const { dockerConfig } = await step('compose', () => ensureCompose({ which: '2.26' }));
    const root = mkdtempSync(join(tmpdir(), 'coog-bench-anonymize-'));
    const env = { XDG_CACHE_HOME: join(root, 'cache'), TMPDIR: join(root, 'tmp') };
    const runner = createRunner({ env: { ...env, ...(dockerConfig ? { DOCKER_CONFIG: dockerConfig } : {}) } });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => runner.stop());
    project = withTimes(createProject({ coog: [nodePath, PROGRAM], root, runner }));
    await step('project', () => project.start());
    const found = [];
    for (const months of premiums) {
      const { scripts, ...filled } = await step(`database of ${gigabytes} GB, ${months} premiums a contract`, () =>
        fill(project, 'filled', { gigabytes, months, node: nodePath }),
      );
      const measured = await measure(project, 'filled', { node: nodePath, scripts, step });
      await project.sql('postgres', 'DROP DATABASE filled');
      found.push(rows({ ...filled, months, ...measured }));
    }
    return found;
  } finally {
    await project?.remove();
    await stopEngine(engine);
  }
}

const withTimes = (project) => ({
  ...project,
  /** Runs SQL. @returns {Promise<number>} milliseconds */
  async timed(database, text) {
    const start = performance.now();
    await project.sql(database, text);
    return performance.now() - start;
  },
});

function rows({ bytes, parties, months, ours, vacuum, single, theirs }) {
  const { took, memory, scanned, sampled } = ours;
  const seconds = (what, ms) => ({ what: `(${what})`, value: ms / 1000, unit: 's' });
  return [
    { what: "the scripts' statements / masking", value: theirs / took.mask, unit: '×', floor: 6 },
    { what: 'masking / VACUUM FULL -j2 of the same tables', value: took.mask / vacuum, unit: '×', limit: 1.5 },
    { what: 'masking / VACUUM FULL over one connection', value: took.mask / single, unit: '×', limit: 1.5 },
    { what: 'memory of db:anonymize', value: memory / 1e6, unit: 'MB', limit: 200 },
    { what: '(database)', value: bytes / 1e9, unit: 'GB' },
    { what: '(parties)', value: parties / 1000, unit: 'thousand' },
    { what: '(premiums of each contract)', value: months, unit: 'months' },
    // 8.9 in shared/DATABASES.md, where both bounds come from: the larger it is, the more of a database is masked.
    { what: "(the scripts' statements / VACUUM FULL -j2)", value: theirs / vacuum, unit: '×' },
    { what: '(leak scan)', value: scanned / 1000 / took.scan, unit: 'MB/s' },
    { what: '(pieces looked for)', value: sampled / 1000, unit: 'thousand' },
    seconds('masking', took.mask),
    seconds('VACUUM FULL -j2', vacuum),
    seconds('VACUUM FULL over one connection', single),
    seconds("the scripts' statements", theirs),
    seconds('sampling before', took.sample),
    seconds('statistics and catalogues', took.clean),
    seconds('leak scan', took.scan),
  ];
}

/** Months of premiums: nothing but people, which is the worst that can be masked, and what an insurer has after five years. */
const SHAPES = '0,60';

/** @throws {NotReady} for what is no number, or too small a one */
function sizeWanted() {
  const gigabytes = Number(process.env.COOG_BENCH_GB || 2);
  if (!(gigabytes > 0)) throw new NotReady('COOG_BENCH_GB must be a number above 0.');
  const premiums = (process.env.COOG_BENCH_MONTHS || SHAPES).split(',').map(Number);
  if (!premiums.every((months) => Number.isInteger(months) && months >= 0))
    throw new NotReady('COOG_BENCH_MONTHS must be whole numbers, 0 or more, with commas between them.');
  return { gigabytes, premiums };
}

if (isEntry(import.meta)) {
  const steps = createSteps();
  try {
    const found = await benchAnonymise(steps, sizeWanted());
    console.error(`  total: ${steps.total()}`);
    console.log(found.map(goalTable).join('\n\n'));
    process.exitCode = found.flat().every(isReached) ? 0 : 1;
  } catch (error) {
    process.exitCode = tellFailure(error);
  } finally {
    steps.end();
  }
}
