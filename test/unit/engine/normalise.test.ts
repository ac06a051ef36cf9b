import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { normaliseModel, selectServices } from '../../../src/engine/index.ts';

// Captured from `config` of one project (Compose 2.40.3 prints the same as 2.26.1).
const captured = (version: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, `fixtures/config-${version}.yml`), 'utf8'));
const model1 = normaliseModel(captured('1.29.2'), { project: 'coogtest-x', profiles: [] });
const model2 = normaliseModel(captured('2.26.1'), { project: 'ignored' });

const portsOfA = [
  { hostIp: '127.0.0.1', published: 18080, target: 80, protocol: 'tcp' },
  { hostIp: '', published: 18081, target: 8001, protocol: 'tcp' },
  { hostIp: '', published: 18082, target: 8002, protocol: 'tcp' },
  { hostIp: '', published: 53, target: 53, protocol: 'udp' },
  { hostIp: '::1', published: 18090, target: 90, protocol: 'tcp' },
];

test.each([
  ['1.29.2', model1],
  ['2.26.1', model2],
])('Compose %s: a service with everything', (_, model) => {
  expect(model.name).toBe('coogtest-x');
  expect(model.services.a).toEqual({
    image: 'debian:trixie-slim',
    ports: portsOfA,
    binds: [
      { source: '/srv/coog/data', target: '/data', readOnly: true },
      { source: '/srv/coog/f.conf', target: '/etc/f.conf', readOnly: false },
      { source: '/var/run/docker.sock', target: '/var/run/docker.sock', readOnly: true },
      { source: '/root/x', target: '/x', readOnly: false },
    ],
    user: '1003:1003',
    restart: 'always',
    dependsOn: { b: 'service_healthy', c: 'service_completed_successfully' },
    healthcheck: { test: ['CMD', 'true'], interval: 1000, timeout: 90_000, startPeriod: 2000, retries: 3 },
    networks: ['backend', 'default'],
  });
});

test.each([
  ['1.29.2', model1],
  ['2.26.1', model2],
])('Compose %s: builds, long syntaxes, no network, no health check', (_, model) => {
  expect(Object.keys(model.services)).toEqual(['a', 'b', 'c']);
  expect(model.services.b).toMatchObject({
    build: { context: '/srv/coog' },
    ports: [{ hostIp: '', published: 9090, target: 90, protocol: 'tcp' }],
    binds: [{ source: '/srv/coog/data', target: '/d', readOnly: true }],
    user: '1003',
    restart: 'on-failure:3',
    dependsOn: { c: 'service_started' },
    networks: ['default'],
  });
  expect(model.services.c).toEqual({
    image: 'debian:trixie-slim',
    build: { context: '/srv/coog', dockerfile: 'D2' },
    ports: [],
    binds: [],
    restart: 'no',
    dependsOn: {},
    networks: [],
  });
  expect(model.networks).toEqual({
    backend: { name: 'coogtest-x_backend', subnets: ['10.213.1.0/24'], external: false },
    default: { name: 'coogtest-x_default', subnets: [], external: false },
  });
});

test('1.29.2 takes `healthcheck.disable: false` for a health check that is switched off', () => {
  expect(model1.services.b?.healthcheck).toBeUndefined();
  expect(model2.services.b?.healthcheck).toEqual({ test: ['CMD-SHELL', 'echo ok'] });
});

test('services of a profile are there when it is active', () => {
  const services = { d: { image: 'x', profiles: ['x'] } };
  const names = (profiles?: string[]) =>
    Object.keys(normaliseModel({ services }, { project: 'p', ...(profiles && { profiles }) }).services);
  expect([names([]), names(['x']), names()]).toEqual([[], ['d'], ['d']]);
});

test('external networks keep their name, doubled dollars become single ones', () => {
  const config = {
    services: { a: { image: 'r/a$$b:1', networks: { one: null, two: null, three: null } } },
    networks: { one: { external: true }, two: { external: { name: 'outer' } }, three: { name: 'n$$x' }, unused: {} },
  };
  const model = normaliseModel(config, { project: 'p' });
  expect(model.services.a?.image).toBe('r/a$b:1');
  expect(model.networks).toEqual({
    one: { name: 'one', subnets: [], external: true },
    two: { name: 'outer', subnets: [], external: true },
    three: { name: 'n$x', subnets: [], external: false },
  });
});

test('ports that Docker chooses are left out', () => {
  const ports = [
    '9000',
    '127.0.0.1::80/tcp',
    { target: 90 },
    { target: 80, published: '8000-8010' },
    '0:80',
    '0.0.0.0:1:2',
  ];
  expect(normaliseModel({ services: { a: { ports } } }, { project: 'p' }).services.a?.ports).toEqual([
    { hostIp: '0.0.0.0', published: 1, target: 2, protocol: 'tcp' },
  ]);
});

test('an empty output is an empty model', () => {
  expect(normaliseModel(null, { project: 'p' })).toEqual({ name: 'p', services: {}, networks: {} });
});

test('selecting takes what the services depend on, and their networks', () => {
  expect(Object.keys(selectServices(model2, ['b']).services)).toEqual(['b', 'c']);
  expect(Object.keys(selectServices(model2, ['b']).networks)).toEqual(['default']);
  expect(selectServices(model2, ['c']).networks).toEqual({});
  expect(selectServices(model2, [])).toBe(model2);
});
