import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ourselves } from '../support/ourselves.ts';

/** The fault matrix alone, for `vitest run --config`; `npm run faults` prepares the machine for it. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias: ourselves },
  test: {
    name: 'faults',
    include: ['test/faults/**/*.test.ts'],
    disableConsoleIntercept: true,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Each file has a server of its own, and most of the time is waiting.
    maxWorkers: 2,
  },
});
