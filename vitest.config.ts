import { defineConfig } from 'vitest/config';
import { ourselves } from './test/support/ourselves.ts';

/** Suites, each runnable alone: `npm test -- unit`. `long` is not part of a plain `npm test`. */
const suite = (name: string, options: object) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

const withContainers = {
  globalSetup: ['test/support/e2e/global.ts'],
  testTimeout: 600_000,
  hookTimeout: 900_000,
};

export default defineConfig({
  resolve: { alias: ourselves },
  test: {
    disableConsoleIntercept: true,
    projects: [
      // Images are built beside them on a machine of two cores: a test that hangs is found all the same.
      suite('unit', { testTimeout: 60_000 }),
      suite('integration', { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 }),
      // Two files at a time, here and below: most of it waits for containers.
      suite('e2e', { ...withContainers, maxWorkers: 2 }),
      // The CLI as a user has it, from a real registry: most of it waits for npm.
      suite('install', {
        globalSetup: ['test/support/registry/global.ts'],
        testTimeout: 600_000,
        hookTimeout: 900_000,
        maxWorkers: 2,
      }),
      suite('edge', { ...withContainers, fileParallelism: false }),
      suite('long', { ...withContainers, maxWorkers: 2 }),
    ],
  },
});
