import { expect, test } from 'vitest';
import { dockerProblem, engineProblem } from '../../../src/engine/docker-problem.ts';
import type { RunResult } from '../../../src/engine/run.ts';

const failed = (stderr: string, more: Partial<RunResult> = {}): RunResult => ({
  exitCode: 1,
  stdout: '',
  stderr,
  all: stderr,
  missing: false,
  timedOut: false,
  cancelled: false,
  ...more,
});

// Each as printed by the docker command 28.2.2, but for the lines that say otherwise.
test.each([
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied',
    'ENGINE_PERMISSION',
    'sudo usermod -aG docker ada',
  ],
  [
    // 20.10
    'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/version": dial unix /var/run/docker.sock: connect: permission denied',
    'ENGINE_PERMISSION',
    'sudo usermod -aG docker ada',
  ],
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'ENGINE_NOT_RUNNING',
    'sudo systemctl start docker',
  ],
  [
    'Cannot connect to the Docker daemon at unix:///run/user/1000/docker.sock. Is the docker daemon running?',
    'ENGINE_NOT_RUNNING',
    'systemctl --user start docker',
  ],
  [
    // 29
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'ENGINE_NOT_RUNNING',
    'sudo systemctl start docker',
  ],
  [
    'Cannot connect to the Docker daemon at unix:///nope.sock. Is the docker daemon running?',
    'ENGINE_UNREACHABLE',
    'docker context use default',
  ],
  [
    'Error response from daemon: client version 1.99 is too new. Maximum supported API version is 1.41',
    'ENGINE_API_MISMATCH',
    expect.stringContaining('docker version'),
  ],
])('%s', (stderr, code, next) => {
  expect(engineProblem(failed(stderr), { user: 'ada' })).toMatchObject({ code, next });
});

test.each([
  [
    'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?',
    { host: 'tcp://127.0.0.1:1' },
    'unset DOCKER_HOST',
  ],
  [
    'error during connect: Get "http://no.such.host:2375/v1.50/version": dial tcp: lookup no.such.host on 10.255.255.53:53: no such host',
    { host: 'tcp://no.such.host:2375' },
    'unset DOCKER_HOST',
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /root/.docker/contexts/meta/ca37/meta.json: no such file or directory',
    { context: 'nope' },
    'unset DOCKER_CONTEXT',
  ],
])('a wrong host or context: %s', (stderr, target, next) => {
  const problem = engineProblem(failed(stderr), { user: 'ada', ...target });
  expect(problem).toMatchObject({ code: 'ENGINE_UNREACHABLE', next, detail: stderr });
});

test('no client, no answer, and a refusal of the engine', () => {
  expect(engineProblem(failed('', { missing: true, exitCode: 127 }), { user: 'ada' })?.code).toBe(
    'ENGINE_CLIENT_MISSING',
  );
  expect(engineProblem(failed('', { timedOut: true }), { user: 'ada' })?.code).toBe('ENGINE_UNREACHABLE');
  const refusal = failed('Error response from daemon: No such container: nope');
  expect(engineProblem(refusal, { user: 'ada' })).toBeUndefined();
  expect(dockerProblem('docker logs', refusal, { user: 'ada' })).toMatchObject({
    code: 'DOCKER_FAILED',
    title: 'docker logs failed',
    detail: 'Error response from daemon: No such container: nope',
  });
});
