import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, isEntry, NotReady, run } from '../plugins/demo/machine/process.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_FLOOR = [22, 18];

/**
 * Makes a fresh clone ready: dependencies installed, a Node that is new enough first on PATH, everything built.
 * @param {{root?: string, build?: boolean}} [options]
 * @returns {Promise<{nodePath: string}>}
 */
export async function ensureReady({ root = ROOT, build = true } = {}) {
  await ensureDependencies(root);
  const nodePath = await findNode(root);
  process.env.PATH = [dirname(nodePath), ...pathFolders(root)].join(delimiter);
  if (build) await ensureBuilt(root);
  return { nodePath };
}

/** Runs `npm ci` when node_modules is missing or belongs to another package-lock.json. */
export async function ensureDependencies(root = ROOT) {
  const stamp = join(root, 'node_modules', '.coog-bootstrap');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (read(stamp) === wanted) return;
  if (!installedByHand(root, stamp)) {
    console.error('Installing the dependencies of package-lock.json (npm ci)');
    // npm ci removes node_modules: the npm that does it must not run on the Node inside.
    const env = { PATH: pathFolders(root).join(delimiter), NODE: undefined, npm_node_execpath: undefined };
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env });
  }
  writeFileSync(stamp, wanted);
}

/** The path of a Node that is new enough: the one that runs this, else the one that npm brought. */
export async function findNode(root = ROOT) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const brought = join(root, 'node_modules', 'node', 'bin', 'node');
  const { code, stdout } = await capture(brought, ['--version']);
  if (code === 0 && isNewEnough(stdout)) return brought;
  throw new NotReady(
    `Node ${NODE_FLOOR.join('.')} or later is needed (this is ${process.versions.node}), and npm brought none: ` +
      'its install scripts are off (ignore-scripts), or there is none for this system.',
    { remedy: ['npm rebuild node --ignore-scripts=false   # or install a newer Node, then run this again'] },
  );
}

export function isNewEnough(version) {
  const [major, minor] = version.trim().replace(/^v/, '').split('.').map(Number);
  return major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
}

/** Runs the build when an output folder is missing or a source is younger than the last build. */
export async function ensureBuilt(root = ROOT) {
  const stamp = join(root, 'node_modules', '.coog-build');
  if (!needsBuild(root, stamp)) return;
  console.error('Building (npm run build)');
  const start = new Date();
  await run('npm', ['run', '--silent', 'build'], { cwd: root });
  writeFileSync(stamp, '');
  // A source that is saved while the build runs is younger than it.
  utimesSync(stamp, start, start);
}

function needsBuild(root, stamp) {
  const plugins = list(join(root, 'plugins')).map((name) => join(root, 'plugins', name));
  const packages = [root, ...plugins.filter((folder) => existsSync(join(folder, 'src')))];
  if (!existsSync(stamp) || packages.some((folder) => !existsSync(join(folder, 'dist')))) return true;
  const built = statSync(stamp).mtimeMs;
  return packages.some((folder) => {
    const settings = list(folder).filter((name) => name === 'package.json' || /^tsconfig.*\.json$/.test(name));
    return [...settings, 'src', 'scripts/build.mjs', 'scripts/bundle.mjs', 'scripts/bundle'].some((name) =>
      isYounger(join(folder, name), built),
    );
  });
}

/** Removing a file changes its folder's time, so folders count too. */
function isYounger(path, time) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (stats.mtimeMs > time) return true;
  return stats.isDirectory() && list(path).some((name) => isYounger(join(path, name), time));
}

/** npm leaves its own lock in node_modules when it is done, so whoever ran it by hand need not wait a second time. */
function installedByHand(root, stamp) {
  const own = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  const ours = statSync(stamp, { throwIfNoEntry: false });
  const lock = statSync(join(root, 'package-lock.json'));
  const slackMs = 5000;
  return own !== undefined && own.mtimeMs + slackMs >= lock.mtimeMs && own.mtimeMs > (ours?.mtimeMs ?? 0);
}

/** PATH without the folders that npm adds for this repository's own node_modules. */
function pathFolders(root) {
  const own = join(root, 'node_modules');
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && !folder.startsWith(own));
}

function list(folder) {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

if (isEntry(import.meta)) {
  try {
    const { nodePath } = await ensureReady();
    console.error(`Ready, with ${nodePath}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = error.exitCode ?? 1;
  }
}
