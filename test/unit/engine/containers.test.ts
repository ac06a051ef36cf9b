import { expect, test } from 'vitest';
import { readContainer } from '../../../src/engine/containers.ts';

// Reduced from `docker inspect` on engine 20.10.24.
const document = {
  Id: '052b23d4e777',
  Name: '/demo-ok-1',
  RestartCount: 2,
  State: {
    Status: 'running',
    ExitCode: 0,
    Error: '',
    OOMKilled: false,
    StartedAt: '2026-11-22T19:20:54.238214585Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: { Status: 'unhealthy', FailingStreak: 3, Log: [{ Output: 'old' }, { Output: 'connection refused\n' }] },
  },
  Config: {
    Image: 'debian:trixie-slim',
    Labels: {
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.project': 'demo',
      'com.docker.compose.service': 'ok',
    },
  },
  HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 } },
  NetworkSettings: {
    Ports: {
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '28080' }],
      '81/udp': [
        { HostIp: '0.0.0.0', HostPort: '28081' },
        { HostIp: '::', HostPort: '28081' },
      ],
      '82/tcp': null,
    },
  },
};

test('a container of Compose', () => {
  expect(readContainer(document)).toEqual({
    id: '052b23d4e777',
    name: 'demo-ok-1',
    project: 'demo',
    service: 'ok',
    state: 'running',
    health: 'unhealthy',
    failingStreak: 3,
    lastProbe: 'connection refused',
    exitCode: 0,
    error: '',
    outOfMemory: false,
    oneOff: false,
    startedAt: '2026-11-22T19:20:54.238214585Z',
    finishedAt: undefined,
    restartCount: 2,
    restart: 'on-failure',
    maximumRestarts: 4,
    pid: 0,
    image: 'debian:trixie-slim',
    imageId: '',
    log: { driver: '', options: {}, path: '' },
    folder: '',
    configFiles: '',
    configHash: '',
    ports: [
      { hostIp: '127.0.0.1', published: 28080, target: 80, protocol: 'tcp' },
      { hostIp: '0.0.0.0', published: 28081, target: 81, protocol: 'udp' },
      { hostIp: '::', published: 28081, target: 81, protocol: 'udp' },
    ],
  });
});

test('a container that no Compose made, without restart policy (docker writes an empty name), and one of `run`', () => {
  const bare = {
    ...document,
    Config: { Image: 'x', Labels: null },
    HostConfig: { RestartPolicy: { Name: '', MaximumRetryCount: 0 } },
    State: { ...document.State, Health: { Status: 'none' } },
    NetworkSettings: {},
  };
  expect(readContainer(bare)).toMatchObject({ project: '', service: '', restart: 'no', health: undefined, ports: [] });
  const oneOff = { ...document, Config: { Image: 'x', Labels: { 'com.docker.compose.oneoff': 'True' } } };
  expect(readContainer(oneOff).oneOff).toBe(true);
});
