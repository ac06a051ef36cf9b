import { ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { isEntry } from '../plugins/demo/machine/process.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { stopEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';
import { parseArguments } from './testing/arguments.mjs';
import { ensureDemoImages } from './testing/demo-images.mjs';
import { ensureEdgeImages } from './testing/edge-images.mjs';
import { needs, prepareMachine } from './testing/machine.mjs';
import { ensureMongoImage } from './testing/mongo-image.mjs';
import { closingLine, failureLine, sum, verdict } from './testing/results.mjs';
import { runVitest } from './testing/vitest.mjs';

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
        if (needs(project, image)) Object.assign(env, await step(IMAGES[image], () => made));
      // Whether a project without tests is a fault is decided on the whole.
      const args = ['--project', project, '--passWithNoTests', ...vitest];
      const { counts, failures } = await step(`tests: ${project}`, () => runVitest(args, { nodePath, env }));
      // With a filter most tests are left out on purpose.
      results.push({ project, failures, counts: vitest.length > 0 ? { ...counts, skipped: 0 } : counts });
    }
  } finally {
    await stopEngine(engine);
  }
  return results;
}

const IMAGES = {
  baseImage: 'base image',
  demoImages: 'demo images',
  mongoImage: 'image for MongoDB',
  edgeImages: 'images of the edge',
};

/**
 * Images are made beside the tests that need none; what fails is told where they are needed.
 * @returns {Record<string, Promise<Record<string, string>>>} what each adds to the environment of the tests
 */
function startImages(projects, options) {
  const wanted = (image) => projects.some((project) => needs(project, image));
  if (!Object.keys(IMAGES).some(wanted)) return {};
  const baseImage = ensureBaseImage().then(() => ({}));
  const images = { baseImage };
  if (wanted('demoImages')) images.demoImages = baseImage.then(() => ensureDemoImages(options)).then(() => ({}));
  if (wanted('mongoImage')) images.mongoImage = baseImage.then(() => ensureMongoImage());
  if (wanted('edgeImages')) images.edgeImages = baseImage.then(() => ensureEdgeImages());
  for (const made of Object.values(images)) made.catch(() => {});
  return images;
}

if (isEntry(import.meta)) {
  const selection = parseArguments(process.argv.slice(2));
  const steps = createSteps();
  try {
    const results = await test(selection, steps);
    const complaint = verdict(results, { filtered: selection.vitest.length > 0 });
    console.error(`  total: ${steps.total()}`);
    for (const failure of results.flatMap(({ failures }) => failures)) console.error(failureLine(failure));
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
