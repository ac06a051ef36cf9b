import { expect, test } from 'vitest';
import { engineEnvironment } from '../../../src/engine/index.ts';

test.each([
  'PATH',
  'HOME',
  'LC_ALL',
  'XDG_RUNTIME_DIR',
  'DOCKER_HOST',
  'DOCKER_CONFIG',
  'BUILDKIT_PROGRESS',
  'BUILDX_BUILDER',
  'HTTPS_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSH_AUTH_SOCK',
  'COMPOSE_HTTP_TIMEOUT',
  'NO_COLOR',
])('%s reaches the engine', (name) => {
  expect(engineEnvironment({ [name]: 'x' }, '/srv/coog')).toEqual({ [name]: 'x', PWD: '/srv/coog' });
});

test.each([
  'COMPOSE_FILE',
  'COMPOSE_PROJECT_NAME',
  'COMPOSE_PROFILES',
  'COMPOSE_ENV_FILES',
  'POSTGRES_PASSWORD',
  'COOG_COMPOSE',
  'IMAGE_REGISTRY',
  'MY_HTTP_PROXY',
  'PATHS',
])('%s does not: it would shadow .env', (name) => {
  expect(engineEnvironment({ [name]: 'x' }, '/srv/coog')).toEqual({ PWD: '/srv/coog' });
});

test("PWD is the project's folder, whatever the shell says", () => {
  expect(engineEnvironment({ PWD: '/root', OLDPWD: '/', PATH: undefined }, '/srv/coog')).toEqual({ PWD: '/srv/coog' });
});
