import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Running } from '../support/e2e/coog.ts';
import { until } from '../support/e2e/until.ts';
import { folderWith } from '../support/folder.ts';
import { minimal } from '../support/planning.ts';
import { publishPlugin } from '../support/registry/plugin.ts';
import { givenUser, type User } from '../support/registry/user.ts';

const name = '@coog/plugin-risky';

beforeAll(async () => {
  for (const version of ['1.0.0', '1.1.0']) await publishPlugin({ name, version });
});

/** Something of a second installation that can be seen from outside; each comes later than the one before. */
const moments: readonly [string, (user: User) => Promise<boolean>][] = [
  ['it begins', () => Promise.resolve(true)],
  ['it has the lock', async ({ home }) => (await readdir(join(home, 'data/coog'))).includes('plugins.lock')],
  ['its folder is there', async (user) => (await user.folders()).length > 1],
  ['npm has unpacked it', async (user) => (await unpacked(user)) > 1],
];

async function unpacked({ home, folders }: User): Promise<number> {
  const inside = await Promise.all(
    (await folders()).map((folder) => readdir(join(home, 'data/coog/installed', folder)).catch(() => [])),
  );
  return inside.filter((entries) => entries.includes('node_modules')).length;
}

async function givenInstalling(): Promise<{ user: User; running: Running }> {
  const user = await givenUser();
  expect((await user.run(user.home, 'plugins:install', `${name}@1.0.0`)).exitCode).toBe(0);
  return { user, running: user.start(user.home, 'plugins:install', `${name}@1.1.0`) };
}

/** What works, works in a project; the next installation clears up. */
async function expectWhole(user: User): Promise<void> {
  const version = (await user.plugins())[name];
  expect(['1.0.0', '1.1.0']).toContain(version);
  const project = await folderWith({ 'env.custom': minimal });
  expect(await user.run(project, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await user.run(user.home, 'plugins:install', `${name}@1.1.0`)).toMatchObject({ exitCode: 0 });
  expect(await user.plugins()).toEqual({ [name]: '1.1.0' });
  // npm outlives a coog that was killed, for a moment: then the next one clears up.
  await until(`only ${name} is left`, async () => {
    await user.run(user.home, 'plugins:uninstall', 'risky');
    await user.run(user.home, 'plugins:install', `${name}@1.1.0`);
    return (await user.folders()).length === 1;
  });
}

test.each(
  moments.flatMap(([what, seen]) => (['SIGKILL', 'SIGINT'] as const).map((signal) => ({ what, seen, signal }))),
)('$signal when $what leaves a version that works', async ({ seen, signal }) => {
  const { user, running } = await givenInstalling();
  let isOver = false;
  void running.ended.then(() => {
    isOver = true;
  });
  // It may be through before the moment was seen: then the new version is there.
  while (!isOver && !(await seen(user))) await new Promise((resolve) => setTimeout(resolve, 5));
  running.kill(signal);
  await running.ended;
  await expectWhole(user);
});

test('what somebody else does at the same time is refused or done, never half', async () => {
  const user = await givenUser();
  await publishPlugin({ name: '@coog/plugin-other', version: '1.0.0' });
  const words = ['risky', 'other', 'b2c'];
  const ended = await Promise.all(words.map((word) => user.run(user.home, 'plugins:install', word)));
  const done = words.filter((_, at) => ended[at]?.exitCode === 0).map((word) => `@coog/plugin-${word}`);
  for (const { exitCode, stderr } of ended) if (exitCode !== 0) expect(stderr).toContain('(PLUGIN_BUSY)');
  expect(done.length).toBeGreaterThan(0);
  expect(Object.keys(await user.plugins()).sort()).toEqual(done.sort());
});
