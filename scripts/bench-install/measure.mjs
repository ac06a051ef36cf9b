import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import setUpRegistry from '../../test/support/registry/global.ts';
import { createRunner } from '../bench-db/runner.mjs';

const ROUNDS = 5;

/**
 * Prints as JSON what installing `@coog/plugin-jaeger` takes, in milliseconds: by the packed CLI, from the registry of the tests,
 * each time for a user who has nothing yet. A process of its own, by the project's Node: an older one does not read TypeScript.
 */
let registry;
const remove = await setUpRegistry({
  provide(_, given) {
    registry = given;
  },
});
const times = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const home = mkdtempSync(join(tmpdir(), 'coog-bench-install-'));
    try {
      writeFileSync(join(home, '.npmrc'), `registry=${registry.url}\n`);
      // `npm run` hands its own settings down.
      const npm = { npm_config_userconfig: join(home, '.npmrc'), npm_config_registry: registry.url };
      const xdg = { XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache') };
      const { run } = createRunner({
        env: { ...npm, ...xdg, HOME: home, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
      });
      const { ms } = await run([process.execPath, registry.coog, 'plugins:install', 'jaeger'], { cwd: home });
      times.push(ms);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
} finally {
  await remove();
}
console.log(JSON.stringify(times));
