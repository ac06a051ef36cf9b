import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { isEntry, run } from '../plugins/demo/machine/process.mjs';
import { ensureBuilt, ensureReady, ROOT } from './bootstrap.mjs';
import { stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';
import { parseArguments } from './testing/arguments.mjs';
import { ensureDemoImages } from './testing/demo-images.mjs';
import { needs, prepareMachine } from './testing/machine.mjs';
import { closingLine, countsOf, sum, verdict } from './testing/results.mjs';

/** Runs the tests of the projects and tells how they went. An engine that this started ends with it. */
export async function test({ projects, vitest }, steps) {
  const { step } = steps;
  const results = [];
  let engine = { started: false };
  try {
    const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
    await step('build', () => ensureBuilt());
    const env = await prepareMachine(projects, { step, onEngine: (found) => (engine = found) });
    const images = startImages(projects, { nodePath, env });
    for (const project of projects) {
      for (const [image, made] of Object.entries(images))
        if (needs(project, image)) await step(image === 'baseImage' ? 'base image' : 'demo images', () => made);
      const counts = await step(`tests: ${project}`, () => runVitest({ nodePath, project, vitest, env }));
      // With a filter most tests are left out on purpose.
      results.push({ project, counts: vitest.length > 0 ? { ...counts, skipped: 0 } : counts });
    }
  } finally {
    await stopEngine(engine);
  }
  return results;
}

/** Images are made beside the tests that need none; what fails is told where they are needed. */
function startImages(projects, options) {
  if (!projects.some((project) => needs(project, 'baseImage') || needs(project, 'demoImages'))) return {};
  const baseImage = ensureBaseImage();
  const images = { baseImage };
  if (projects.some((project) => needs(project, 'demoImages')))
    images.demoImages = baseImage.then(() => ensureDemoImages(options));
  for (const made of Object.values(images)) made.catch(() => {});
  return images;
}

async function runVitest({ nodePath, project, vitest, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'coog-vitest-'));
  const report = join(folder, 'report.json');
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // Whether a project without tests is a fault is decided on the whole.
  const args = [program, 'run', '--project', project, '--passWithNoTests', ...reporters, ...vitest];
  try {
    const code = await run(nodePath, args, { cwd: ROOT, env, check: false });
    return countsOf(readReport(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

if (isEntry(import.meta)) {
  const selection = parseArguments(process.argv.slice(2));
  const steps = createSteps();
  try {
    const results = await test(selection, steps);
    const complaint = verdict(results, { filtered: selection.vitest.length > 0 });
    console.error(`  total: ${steps.total()}`);
    if (complaint) console.error(`Not passed: ${complaint}.`);
    console.log(closingLine(sum(results.map(({ counts }) => counts))));
    process.exitCode = complaint ? 1 : 0;
  } catch (error) {
    process.exitCode = tellFailure(error);
    console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
  } finally {
    steps.end();
  }
}
