import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { replacements } from './bundle/replacements.mjs';

/** What is loaded by its path from outside of the bundle: by bin, by oclif, by the build and by other packages. */
const ENTRIES = ['index.ts', 'cli/main.ts', 'unchanged/index.ts', 'completion/index.ts', 'plan/generated-sources.ts'];
const FOLDERS = ['commands', 'hooks', 'plugin-api'];

/**
 * Bundles src and the libraries that it needs into dist, split so that a command reads only what it uses: most of the
 * time of a short command was spent on finding and opening hundreds of small files.
 * @param {string} root folder of the repository
 */
export async function bundle(root) {
  const src = join(root, 'src');
  const files = [...ENTRIES, ...FOLDERS.flatMap((folder) => sources(src, join(src, folder)))];
  const dist = join(root, 'dist');
  const build = await rolldown({
    input: Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), join(src, file)])),
    platform: 'node',
    plugins: [replacements()],
    // Optional parts of libraries, never installed here: their callers catch that they are missing.
    external: ['pg-native', 'pg-cloudflare'],
    onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  });
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  });
  await build.close();
  const written = new Set(output.map(({ fileName }) => fileName));
  removeOld(dist, dist, written);
}

function sources(src, folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => relative(src, join(folder, name)));
}

/** A command that was renamed must not stay, nor a chunk of yesterday. */
function removeOld(dist, folder, written) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) removeOld(dist, path, written);
    else if (/\.js(\.map)?$/.test(name) && !written.has(relative(dist, path))) rmSync(path);
  }
}
