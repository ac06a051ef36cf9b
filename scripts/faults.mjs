import { join } from 'node:path';
import { ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { isEntry } from '../plugins/demo/machine/process.mjs';
import { ensureBuilt, ensureReady, ROOT } from './bootstrap.mjs';
import { stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';
import { ensureDemoImages } from './testing/demo-images.mjs';
import { prepareMachine } from './testing/machine.mjs';
import { closingLine, failureLine } from './testing/results.mjs';
import { runVitest } from './testing/vitest.mjs';

const CONFIG = ['--config', join(ROOT, 'test', 'faults', 'vitest.config.ts')];

/**
 * Injects every fault of the matrix into the database commands, on the real engine. An engine that this started ends with
 * it. COOG_FAULTS_KILLS says how often a load is killed at a moment by chance.
 * @param {string[]} vitest further arguments of vitest
 */
async function faults(vitest, { step }) {
  let engine = { started: false };
  try {
    const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
    await step('build', () => ensureBuilt());
    const env = await prepareMachine(['long'], { step, onEngine: (found) => (engine = found) });
    await step('base image', () => ensureBaseImage());
    await step('demo images', () => ensureDemoImages({ nodePath, env }));
    return await step('faults', () => runVitest([...CONFIG, ...vitest], { nodePath, env }));
  } finally {
    await stopEngine(engine);
  }
}

if (isEntry(import.meta)) {
  const vitest = process.argv.slice(2);
  const steps = createSteps();
  try {
    const found = await faults(vitest, steps);
    // With a filter most faults are left out on purpose.
    const counts = vitest.length > 0 ? { ...found.counts, skipped: 0 } : found.counts;
    for (const failure of found.failures) console.error(failureLine(failure));
    console.error(`  total: ${steps.total()}`);
    console.log(`${counts.passed + counts.failed} faults, ${counts.failed} lost`);
    console.log(closingLine(counts));
    process.exitCode = counts.failed > 0 || counts.skipped > 0 || counts.passed === 0 ? 1 : 0;
  } catch (error) {
    process.exitCode = tellFailure(error);
    console.log('1 faults, 1 lost');
    console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
  } finally {
    steps.end();
  }
}
