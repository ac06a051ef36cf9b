import { fileURLToPath } from 'node:url';
import { isEntry } from '../plugins/demo/machine/process.mjs';
import { median } from './bench/measure.mjs';
import { isReached, table } from './bench/table.mjs';
import { createRunner } from './bench-db/runner.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';
import { ensureRegistry } from './testing/registry.mjs';

const MEASURE = fileURLToPath(new URL('./bench-install/measure.mjs', import.meta.url));

/** What installing a plugin takes from a registry on loopback. */
async function benchInstall({ step }) {
  const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
  await step('build', () => ensureBuilt());
  const env = await step('registry', () => ensureRegistry());
  const runner = createRunner({ env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => runner.stop());
  const { stdout } = await step('measure', () => runner.run([nodePath, MEASURE]));
  const times = JSON.parse(stdout);
  return [
    { what: 'coog plugins:install jaeger, registry on loopback', value: median(times) / 1000, unit: 's', limit: 3 },
    { what: '(slowest of them)', value: Math.max(...times) / 1000, unit: 's' },
  ];
}

if (isEntry(import.meta)) {
  const steps = createSteps();
  try {
    const rows = await benchInstall(steps);
    console.log(table(rows));
    process.exitCode = rows.every(isReached) ? 0 : 1;
  } catch (error) {
    process.exitCode = tellFailure(error);
  } finally {
    steps.end();
  }
}
