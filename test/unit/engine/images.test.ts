import { expect, test } from 'vitest';
import { parseImageName } from '../../../src/engine/preflight/image-name.ts';
import { readAbsent } from '../../../src/engine/preflight/images.ts';
import { majorOfEnvironment, majorOfTag } from '../../../src/engine/preflight/postgres-data.ts';
import { pullProblem } from '../../../src/engine/preflight/pull-problem.ts';

test.each([
  ['postgres', 'docker.io', 'postgres', 'latest'],
  ['coopengohub/coog:24.1', 'docker.io', 'coopengohub/coog', '24.1'],
  ['localhost:5000/a/b', 'localhost:5000', 'a/b', 'latest'],
  ['localhost/a:1', 'localhost', 'a', '1'],
  ['registry.example.com/a/b:x@sha256:00', 'registry.example.com', 'a/b', 'x'],
  ['a@sha256:00', 'docker.io', 'a', undefined],
])('%s', (image, registry, repository, tag) => {
  expect(parseImageName(image)).toEqual({ registry, repository, tag });
});

test('absent images, in the words of several clients', () => {
  const images = ['a', 'b:1', 'r.example.com/c:2', 'd'];
  const stderr = [
    'Error response from daemon: no such image: a: No such image: a:latest',
    'Error: No such image: b:1',
    'Error response from daemon: No such image: r.example.com/c:2',
  ].join('\n');
  expect(readAbsent(images, stderr)).toEqual(['a', 'b:1', 'r.example.com/c:2']);
  expect(readAbsent(['a'], 'Error: No such image: a:latest')).toEqual(['a']);
});

test.each([
  [
    'Error response from daemon: manifest for postgres:99 not found: manifest unknown: manifest unknown',
    'IMAGE_NOT_FOUND',
    'coog config:list',
  ],
  [
    "Error response from daemon: pull access denied for r.example.com/coog, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'IMAGE_NO_ACCESS',
    'docker login r.example.com',
  ],
  [
    'Error response from daemon: Head "https://r.example.com/v2/coog/manifests/1": unauthorized: authentication required',
    'IMAGE_NO_ACCESS',
    'docker login r.example.com',
  ],
  [
    'Error response from daemon: Get "https://r.example.com/v2/": dial tcp: lookup r.example.com on 10.255.255.53:53: no such host',
    'REGISTRY_UNREACHABLE',
    'docker pull',
  ],
  [
    'Error response from daemon: Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'REGISTRY_UNREACHABLE',
    'docker pull',
  ],
  [
    'Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
    'IMAGE_RATE_LIMIT',
    'docker login',
  ],
  ['write /var/lib/docker/tmp/x: no space left on device', 'IMAGE_NO_SPACE', 'docker system df'],
  ['something new', 'IMAGE_PULL_FAILED', 'docker pull'],
])('%s', (stderr, code, next) => {
  const problem = pullProblem({ image: 'r.example.com/coog:1', services: ['back', 'cron'] }, stderr);
  expect(problem).toMatchObject({ code, next: expect.stringContaining(next) });
  expect(problem.detail).toContain(stderr);
  expect(problem.detail).toContain('Needed by: back, cron. Nothing was changed.');
});

test.each([
  ['postgres:17-alpine', '17'],
  ['postgres:17.2', '17'],
  ['postgres:9.6.24-alpine', '9.6'],
  ['r.example.com:5000/x/postgis:12-3.5', '12'],
  ['postgres:alpine', undefined],
  ['postgres', undefined],
  ['coopengohub/coog:24.1', undefined],
])('%s is PostgreSQL %s', (image, major) => {
  expect(majorOfTag(image)).toBe(major);
});

test('PG_MAJOR of an image', () => {
  expect(majorOfEnvironment('["PATH=/bin","PG_MAJOR=17","PG_VERSION=17.2"]\n')).toBe('17');
  expect(majorOfEnvironment('["PATH=/bin"]')).toBeUndefined();
  expect(majorOfEnvironment('null')).toBeUndefined();
});
