import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBaseImage } from '../plugins/demo/machine/base-image.mjs';
import { isEntry } from '../plugins/demo/machine/process.mjs';
import { sideBySide } from './bench/measure.mjs';
import { installPacked } from './bench/packed.mjs';
import { givenHome, givenProject, givenRunning } from './bench/projects.mjs';
import { isReached, table } from './bench/table.mjs';
import { ensureBuilt, ensureReady } from './bootstrap.mjs';
import { PROGRAM } from './demo-project.mjs';
import { ensureCompose } from './machine/compose.mjs';
import { ensureEngine } from './machine/engine.mjs';
import { createSteps, tellFailure } from './machine/steps.mjs';

const MORE = 300;
/** As many as a Coog with everything switched on has, about. */
const SERVICES = 16;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What starting and configuring cost, beside Node and Compose in the same run. */
async function bench({ step }) {
  const { nodePath } = await step('dependencies', () => ensureReady({ build: false }));
  await step('build', () => ensureBuilt());
  const compose = await step('compose', () => ensureCompose({ which: '2.26' }));
  const folder = mkdtempSync(join(tmpdir(), 'coog-bench-'));
  let running;
  try {
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    process.env.XDG_CACHE_HOME = env.XDG_CACHE_HOME;
    const coog = [nodePath, PROGRAM];
    const [plain, half, more] = await step('projects', () =>
      Promise.all([0, MORE / 2, MORE].map((n) => givenProject(coog, join(folder, `p${n}`), { fragments: n }))),
    );
    const packed = await step('package', () => installPacked(ROOT, join(folder, 'packed')));
    const bare = givenHome(join(folder, 'bare'), { plugins: false });
    const full = givenHome(join(folder, 'full'), { plugins: true });
    const [without, withPlugins] = await step('projects with and without plugins', () =>
      Promise.all([bare, full].map(({ env }, n) => givenProject(coog, join(folder, `plugins${n}`), { env }))),
    );
    const composeCommand = compose.version ? ['docker', 'compose'] : [(await ensureCompose({ which: 'any' })).command];
    const composeEnv = compose.dockerConfig ? { DOCKER_CONFIG: compose.dockerConfig } : {};
    running = await step('running project', async () => {
      await ensureEngine();
      await ensureBaseImage();
      return givenRunning(coog, join(folder, 'running'), { services: SERVICES, env: composeEnv });
    });
    const t = await step('measure', () =>
      sideBySide({
        node: { command: [nodePath, '-e', '0'] },
        version: { command: [...coog, '--version'] },
        // It prints a text: what it takes is what every command takes to start.
        start: { command: [nodePath, packed, 'completion', 'bash'] },
        get: { command: [nodePath, packed, 'config:get', 'PROJECT_HOSTNAME'], cwd: plain },
        complete: { command: [nodePath, packed, '__complete', 'bash', 'exec', ''], cwd: plain },
        unchanged: { command: [...coog, 'configure'], cwd: plain },
        // With a flag the remembered answer is not used: everything is read and resolved.
        whole: { command: [...coog, 'configure', '--json'], cwd: plain },
        wholeHalf: { command: [...coog, 'configure', '--json'], cwd: half },
        wholeMore: { command: [...coog, 'configure', '--json'], cwd: more },
        without: { command: [...coog, 'configure', '--json'], cwd: without, env: bare.env },
        withPlugins: { command: [...coog, 'configure', '--json'], cwd: withPlugins, env: full.env },
        compose: { command: [...composeCommand, 'config', '-q'], cwd: plain, env: composeEnv },
        status: { command: [...coog, 'status'], cwd: running.folder, env: composeEnv },
        ps: { command: [...composeCommand, 'ps', '-a'], cwd: running.folder, env: composeEnv },
        // What it finds is no failure of it.
        doctor: {
          command: ['sh', '-c', '"$@" > /dev/null || [ $? = 1 ]', 'sh', ...coog, 'doctor'],
          cwd: running.folder,
          env: composeEnv,
        },
      }),
    );
    return [
      { what: 'coog --version / node -e 0', value: t.version / t.node, unit: '×', limit: 1.5 },
      {
        what: 'an ordinary command, from the packed package / node -e 0',
        value: t.start / t.node,
        unit: '×',
        limit: 3.2,
      },
      { what: 'coog config:get, from the packed package / node -e 0', value: t.get / t.node, unit: '×' },
      { what: 'a Tab, from the packed package / node -e 0', value: t.complete / t.node, unit: '×', limit: 2 },
      { what: 'coog configure (nothing changed) / node -e 0', value: t.unchanged / t.node, unit: '×', limit: 4 },
      {
        what: 'coog configure (nothing changed) / compose config -q',
        value: t.unchanged / t.compose,
        unit: '×',
        limit: 0.5,
      },
      { what: 'coog configure (all resolved anew) / node -e 0', value: t.whole / t.node, unit: '×' },
      { what: 'coog configure (all resolved anew) / compose config -q', value: t.whole / t.compose, unit: '×' },
      {
        what: `coog configure (all resolved anew) with ${full.plugins.join(', ')} / without`,
        value: t.withPlugins / t.without,
        unit: '×',
        limit: 1.3,
      },
      { what: `coog status (${SERVICES} containers) / compose ps -a`, value: t.status / t.ps, unit: '×', limit: 2 },
      { what: `coog doctor (${SERVICES} containers)`, value: t.doctor / 1000, unit: 's', limit: 3 },
      { what: `a fragment, of ${MORE} more`, value: (t.wholeMore - t.whole) / MORE, unit: 'ms', limit: 1 },
      {
        what: `their second half / the first: linear`,
        value: (t.wholeMore - t.wholeHalf) / (t.wholeHalf - t.whole),
        unit: '×',
        limit: 1.5,
      },
      { what: '(node -e 0)', value: t.node, unit: 'ms' },
    ];
  } finally {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isEntry(import.meta)) {
  const steps = createSteps();
  try {
    const rows = await bench(steps);
    console.log(table(rows));
    process.exitCode = rows.every(isReached) ? 0 : 1;
  } catch (error) {
    process.exitCode = tellFailure(error);
  } finally {
    steps.end();
  }
}
