import { defineConfig } from 'vitest/config';

/** Three suites, each runnable alone: `npm test -- unit`. */
const suite = (name: string, options: object) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      suite('unit', { testTimeout: 10_000 }),
      suite('integration', { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 }),
      suite('e2e', {
        globalSetup: ['test/support/e2e/global.ts'],
        testTimeout: 600_000,
        hookTimeout: 900_000,
        fileParallelism: false,
        bail: 0,
      }),
    ],
  },
});
