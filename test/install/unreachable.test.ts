import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { publishPlugin } from '../support/registry/plugin.ts';
import { givenUser } from '../support/registry/user.ts';
import { freePort } from '../support/registry/verdaccio.ts';

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.each([
  ['nobody listens', async () => `http://127.0.0.1:${await freePort()}/`],
  ['nobody answers', silentServer],
  ['the name is unknown', () => Promise.resolve('http://registry.invalid/')],
])('where %s, the registry is named, what works stays, and files can be installed', async (_, address) => {
  await publishPlugin({ name: '@coog/plugin-steady', version: '1.0.0' }).catch(() => undefined);
  const user = await givenUser();
  expect((await user.run(user.home, 'plugins:install', 'steady')).exitCode).toBe(0);
  const registry = await address();
  await writeFile(join(user.home, '.npmrc'), `registry=${registry}\n`);
  for (const words of [['plugins:install', 'steady'], ['plugins:update']]) {
    const failed = await user.run(user.home, ...words);
    expect(failed).toMatchObject({ exitCode: 2, stdout: '' });
    expect(failed.stderr).toContain('PLUGIN_REGISTRY_UNREACHABLE');
    expect(failed.stderr.replace(/\s+/g, ' ')).toContain(`the registry ${registry} does not answer`);
    expect(failed.stderr).toContain('file:/path/to/package.tgz');
    expect(await user.plugins()).toEqual({ '@coog/plugin-steady': '1.0.0' });
  }
});

test('a registry that wants to know who comes is told as that', async () => {
  const user = await givenUser();
  const { exitCode, stderr } = await user.run(user.home, 'plugins:install', '@secret/plugin');
  expect(stderr).toContain('PLUGIN_REGISTRY_DENIED');
  expect(stderr).toContain('npm login --registry=');
  expect(exitCode).toBe(2);
});

test('a registry with a password in its address is named without it', async () => {
  const port = await freePort();
  const user = await givenUser({ registry: `http://somebody:hidden@127.0.0.1:${port}/` });
  const { exitCode, stderr } = await user.run(user.home, 'plugins:install', 'steady');
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`http://127.0.0.1:${port}/`);
  expect(stderr).not.toContain('hidden');
});
