import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Container, findListener, probePort } from '../../../src/engine/index.ts';
import { parseSockets } from '../../../src/engine/preflight/port-holder.ts';
import { checkPorts, type PortFacts } from '../../../src/engine/preflight/ports.ts';
import { container, model } from './make.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

async function listen(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0, ipv6Only: host === '::' });
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

test.each(['127.0.0.1', '0.0.0.0', '::'])('a port that listens on %s is used on all addresses', async (host) => {
  const port = await listen(host);
  expect(await probePort({ hostIp: '', port, protocol: 'tcp' })).toBe('used');
  expect(await probePort({ hostIp: '', port, protocol: 'udp' })).toBe('free');
});

test('an address is its own', async () => {
  const port = await listen('127.0.0.1');
  expect(await probePort({ hostIp: '127.0.0.1', port, protocol: 'tcp' })).toBe('used');
  expect(await probePort({ hostIp: '127.0.0.2', port, protocol: 'tcp' })).toBe('free');
  expect(await probePort({ hostIp: '203.0.113.9', port, protocol: 'tcp' })).toBe('no-address');
});

test('UDP', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  cleanups.push(() => socket.close());
  const { port } = socket.address();
  expect(await probePort({ hostIp: '127.0.0.1', port, protocol: 'udp' })).toBe('used');
  expect(await probePort({ hostIp: '', port, protocol: 'udp' })).toBe('used');
  expect(await probePort({ hostIp: '127.0.0.1', port, protocol: 'tcp' })).toBe('free');
  expect(await findListener({ hostIp: '', port, protocol: 'udp' })).toMatchObject({
    processes: [{ pid: process.pid }],
  });
});

test('the process that listens is found by /proc', async () => {
  const port = await listen('127.0.0.1');
  const listener = await findListener({ hostIp: '', port, protocol: 'tcp' });
  expect(listener?.processes).toEqual([{ pid: process.pid, name: expect.any(String) }]);
  expect(await findListener({ hostIp: '127.0.0.2', port, protocol: 'tcp' })).toBeUndefined();
});

test("another user's process: something listens, who is not known", async () => {
  const proc = await mkdtemp(join(tmpdir(), 'coog-proc-'));
  cleanups.push(() => rm(proc, { recursive: true }));
  await mkdir(join(proc, 'net'));
  await writeFile(join(proc, 'net/tcp'), TABLE);
  expect(await findListener({ hostIp: '', port: 80, protocol: 'tcp' }, proc)).toEqual({ processes: [] });
  await mkdir(join(proc, '77/fd'), { recursive: true });
  await writeFile(join(proc, '77/comm'), 'nginx\n');
  await symlink('socket:[4711]', join(proc, '77/fd/6'));
  expect(await findListener({ hostIp: '', port: 80, protocol: 'tcp' }, proc)).toEqual({
    processes: [{ pid: 77, name: 'nginx' }],
  });
});

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
`;

test('the tables of /proc/net', () => {
  expect(parseSockets(TABLE)).toEqual([{ address: '0.0.0.0', port: 80, inode: '4711' }]);
  const line = (address: string) => `0: ${address}:1F90 ${'0'.repeat(32)}:0000 0A 0:0 0:0 0 0 0 9 1`;
  expect(parseSockets(line('0'.repeat(32)))[0]?.address).toBe('::');
  expect(parseSockets(line('0000000000000000FFFF00000100007F'))[0]?.address).toBe('127.0.0.1');
});

const facts = (more: Partial<PortFacts> = {}): PortFacts => ({
  project: 'demo',
  containers: [],
  variables: new Map([['80/tcp', 'TRAEFIK_HTTP_PORT']]),
  probe: async () => 'free',
  findListener: async () => undefined,
  ...more,
});
const published = (port: number, more: object = {}) => ({
  ports: [{ hostIp: '', published: port, target: port, protocol: 'tcp' as const, ...more }],
});
const holding = (port: number, more: Partial<Container> = {}): Container =>
  container({ ports: [{ hostIp: '0.0.0.0', published: port, target: 1, protocol: 'tcp' }], ...more });
const onlyUsed =
  (port: number): PortFacts['probe'] =>
  async (endpoint) =>
    endpoint.port === port ? 'used' : 'free';

test('free ports are no problem', async () => {
  expect(await checkPorts(model({ traefik: published(80) }), facts())).toEqual([]);
});

test('a process holds the port: it is named, and the variable with a free port', async () => {
  const problems = await checkPorts(
    model({ traefik: published(80) }),
    facts({ probe: onlyUsed(80), findListener: async () => ({ processes: [{ pid: 812, name: 'nginx' }] }) }),
  );
  expect(problems).toEqual([
    {
      code: 'PORT_IN_USE',
      title: 'port 80/tcp is in use',
      detail: 'The service traefik publishes it; the process nginx (pid 812) holds it.',
      next: 'coog config:set TRAEFIK_HTTP_PORT=8080',
    },
  ]);
});

test('without a variable the holder is to go', async () => {
  const process = facts({ probe: onlyUsed(81), findListener: async () => ({ processes: [{ pid: 8, name: 'x' }] }) });
  expect((await checkPorts(model({ a: published(81) }), process))[0]?.next).toBe('sudo kill 8');
  const unknown = facts({ probe: onlyUsed(81), findListener: async () => ({ processes: [] }) });
  expect((await checkPorts(model({ a: published(81) }), unknown))[0]).toMatchObject({
    detail: 'The service a publishes it; a process of another user holds it.',
    next: "sudo ss -lnp 'sport = :81'",
  });
});

test("this project's own container may hold it, another's may not", async () => {
  const used = { probe: onlyUsed(80) };
  expect(await checkPorts(model({ a: published(80) }), facts({ ...used, containers: [holding(80)] }))).toEqual([]);
  const other = holding(80, { project: 'other', name: 'other-traefik-1' });
  expect(await checkPorts(model({ a: published(80) }), facts({ containers: [other] }))).toMatchObject([
    { detail: 'The service a publishes it; the container other-traefik-1 of the project other holds it.' },
  ]);
  const bare = holding(81, { project: '', name: 'web' });
  expect(await checkPorts(model({ a: published(81) }), facts({ containers: [bare] }))).toMatchObject([
    { detail: 'The service a publishes it; the container web holds it.', next: 'docker stop web' },
  ]);
});

test('the port that is offered is free of containers too', async () => {
  const containers = [holding(80, { project: 'other' }), holding(8080, { project: 'other' })];
  const [problem] = await checkPorts(model({ a: published(80) }), facts({ containers }));
  expect(problem?.next).toBe('coog config:set TRAEFIK_HTTP_PORT=8081');
});

test('where only root may bind, /proc decides', async () => {
  const forbidden = { probe: async () => 'forbidden' as const };
  expect(await checkPorts(model({ a: published(80) }), facts(forbidden))).toEqual([]);
  const listening = facts({ ...forbidden, findListener: async () => ({ processes: [] }) });
  expect(await checkPorts(model({ a: published(80) }), listening)).toHaveLength(1);
});

test('two services with one port, and an address that is not here', async () => {
  const twice = model({ a: published(80, { hostIp: '127.0.0.1' }), b: published(80) });
  expect(await checkPorts(twice, facts())).toMatchObject([
    {
      code: 'PORT_TWICE',
      detail: 'The services a and b both publish it.',
      next: 'coog config:set TRAEFIK_HTTP_PORT=8080',
    },
  ]);
  const apart = model({ a: published(80, { hostIp: '127.0.0.1' }), b: published(80, { hostIp: '127.0.0.2' }) });
  expect(await checkPorts(apart, facts())).toEqual([]);
  const absent = model({ a: published(80, { hostIp: '203.0.113.9' }) });
  expect(await checkPorts(absent, facts({ probe: async () => 'no-address' }))).toMatchObject([
    { code: 'PORT_ADDRESS' },
  ]);
});
