import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { detectEngine } from '../../../src/engine/index.ts';
import { COMPOSES, engineWith } from './setup.ts';

test.each(COMPOSES)('Docker Engine and Compose %s', async (name) => {
  const engine = await engineWith(name, '/tmp');
  expect(engine.compose.version.startsWith(name)).toBe(true);
  expect(engine.compose.major).toBe(Number(name[0]));
  expect(engine.docker).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+/),
    apiVersion: expect.stringMatching(/^1\.\d+$/),
    local: true,
  });
});

test('a wrong host is told with the command that helps', async () => {
  const env = { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' };
  await expect(detectEngine({ env, folder: '/tmp' })).rejects.toMatchObject({
    problems: [{ code: 'ENGINE_UNREACHABLE', title: expect.stringContaining('DOCKER_HOST=tcp://127.0.0.1:1') }],
  });
  const context = { ...process.env, DOCKER_CONTEXT: 'coogtest-none' };
  await expect(detectEngine({ env: context, folder: '/tmp' })).rejects.toMatchObject({
    problems: [{ code: 'ENGINE_UNREACHABLE', next: 'unset DOCKER_CONTEXT' }],
  });
});

test('a user who is not in the group docker', async () => {
  expect((await stat('/var/run/docker.sock')).mode & 0o007).toBe(0);
  const script = `
    import { detectEngine } from ${JSON.stringify(new URL('../../../src/engine/index.ts', import.meta.url).href)};
    const env = { PATH: process.env.PATH, HOME: '/tmp', USER: 'ada', COOG_COMPOSE: process.env.COOG_TEST_COMPOSE_V1 };
    await detectEngine({ env, folder: '/tmp' }).catch((error) => console.log(JSON.stringify(error.problems)));
  `;
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
  const { stdout } = await execa('setpriv', [...nobody, '--input-type=module', '--eval', script]);
  expect(JSON.parse(stdout)).toMatchObject([{ code: 'ENGINE_PERMISSION', next: 'sudo usermod -aG docker ada' }]);
});
