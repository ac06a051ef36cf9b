import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, run } from '../plugins/demo/machine/process.mjs';
import { ROOT } from './bootstrap.mjs';

/** Every way in which the quickstart uses the CLI. */
const COMMANDS = {
  init: (folder) => ['init', folder, '--yes', '--demo'],
  up: ['up', '-d', '--wait'],
  url: ['config:get', 'BASE_URL'],
  user: ['config:get', 'DEMO_ADMIN_USER'],
  password: ['config:get', 'DEMO_ADMIN_PASSWORD', '--reveal'],
};
const DEFAULT_USER = 'admin';

export const PROGRAM = join(ROOT, 'bin', 'run.js');

/** A demo project in a folder, driven through the CLI of this repository. */
export function demoProject({ folder, nodePath }) {
  const coog = (words) => run(nodePath, [PROGRAM, ...words], { cwd: folder });
  const ask = async (words) => {
    const { code, stdout } = await capture(nodePath, [PROGRAM, ...words], { cwd: folder });
    return code === 0 ? stdout.trim() : undefined;
  };
  return {
    exists: () => existsSync(join(folder, 'env.custom')),
    async init() {
      mkdirSync(folder, { recursive: true });
      await coog(COMMANDS.init(folder));
    },
    up: () => coog(COMMANDS.up),
    async access() {
      const user = (await ask(COMMANDS.user)) || DEFAULT_USER;
      return { url: await ask(COMMANDS.url), user, password: await ask(COMMANDS.password) };
    },
  };
}
