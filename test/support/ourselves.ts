import { fileURLToPath } from 'node:url';

const src = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

/** For tests, what plugins import as `@coog/cli…` is the very code that is tested, not the bundle beside it. */
export const ourselves = [
  { find: /^@coog\/cli$/, replacement: src('index.ts') },
  { find: /^@coog\/cli\/(.+)$/, replacement: src('plugin-api/$1.ts') },
];
