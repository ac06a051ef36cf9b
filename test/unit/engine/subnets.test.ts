import { expect, test } from 'vitest';
import { type DockerNetwork, freeSubnet, overlaps } from '../../../src/engine/index.ts';
import { readNetwork } from '../../../src/engine/preflight/docker-networks.ts';
import { interfaceRanges, parseRoutes } from '../../../src/engine/preflight/host-routes.ts';
import { checkSubnets, type SubnetFacts } from '../../../src/engine/preflight/subnets.ts';
import { model } from './make.ts';

test.each([
  ['10.0.1.0/24', '10.0.1.128/25', true],
  ['10.0.1.0/24', '10.0.0.0/8', true],
  ['10.0.1.0/24', '10.0.1.7/32', true],
  ['10.0.1.0/24', '10.0.2.0/24', false],
  ['10.0.0.0/23', '10.0.1.0/24', true],
  ['10.0.0.0/8', 'fd00::/8', false],
  ['fd00::/8', 'fd12::/16', true],
  ['nonsense', '10.0.0.0/8', false],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
});

test.each([
  ['10.0.1.0/24', [], '10.0.2.0/24'],
  ['10.0.1.0/24', ['10.0.1.0/24', '10.0.2.0/23'], '10.0.4.0/24'],
  ['10.0.1.0/24', ['10.0.0.0/8'], '172.16.0.0/24'],
  ['10.0.1.0/24', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/24'], '192.168.1.0/24'],
  ['192.168.255.0/24', ['192.168.0.0/16'], '10.0.0.0/24'],
  ['192.168.5.0/26', [], '192.168.5.64/26'],
  ['10.0.1.0/24', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], undefined],
  ['', ['10.0.0.0/24'], '10.0.1.0/24'],
])('after %s, without %j: %s', (wanted, taken, free) => {
  expect(freeSubnet(wanted, taken)).toBe(free);
});

test('routes and addresses of the host', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'tun0\t0000010A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRoutes(table)).toEqual([
    { subnet: '172.17.0.0/16', device: 'docker0' },
    { subnet: '10.1.0.0/16', device: 'tun0' },
  ]);
  const base = { netmask: '', mac: '', internal: false };
  const interfaces = {
    eth0: [
      { ...base, family: 'IPv4' as const, address: '192.0.2.2', cidr: '192.0.2.2/24' },
      { ...base, family: 'IPv6' as const, address: 'fd00::2', cidr: 'fd00::2/64', scopeid: 0 },
    ],
  };
  expect(interfaceRanges(interfaces)).toEqual([{ subnet: '192.0.2.2/24', device: 'eth0' }]);
});

test("Docker's networks", () => {
  const options = { 'com.docker.network.bridge.name': 'docker0' };
  const ipam = { Config: [{ Subnet: '172.17.0.0/16' }, {}] };
  expect(readNetwork({ Id: 'eb40b5588d68adb2', Name: 'bridge', Labels: {}, Options: options, IPAM: ipam })).toEqual({
    name: 'bridge',
    project: '',
    subnets: ['172.17.0.0/16'],
    device: 'docker0',
  });
  const own = { 'com.docker.compose.project': 'demo' };
  expect(
    readNetwork({ Id: 'eb40b5588d68adb2', Name: 'n', Labels: own, Options: null, IPAM: { Config: null } }),
  ).toEqual({
    name: 'n',
    project: 'demo',
    subnets: [],
    device: 'br-eb40b5588d68',
  });
});

const backend = { name: 'demo-coog-backend', subnets: ['10.0.1.0/24'], external: false };
const network = (more: Partial<DockerNetwork>): DockerNetwork => ({
  name: 'n',
  project: '',
  subnets: ['10.0.1.0/24'],
  device: 'br-1',
  ...more,
});
const facts = (more: Partial<SubnetFacts> = {}): SubnetFacts => ({
  networks: [],
  hostRanges: [],
  variables: new Map([['backend', 'CUSTOM_NETWORK_BACKEND_SUBNET']]),
  ...more,
});
const check = (networks: Parameters<typeof model>[1], more?: Partial<SubnetFacts>) =>
  checkSubnets(model({}, networks), facts(more));

test('a free subnet, one that Docker chooses, and our own network are no problems', () => {
  expect(check({ backend })).toEqual([]);
  expect(check({ backend: { ...backend, subnets: [] } }, { networks: [network({})] })).toEqual([]);
  const own = [network({ name: backend.name, project: 'demo', device: 'br-own' })];
  expect(check({ backend }, { networks: own, hostRanges: [{ subnet: '10.0.1.0/24', device: 'br-own' }] })).toEqual([]);
});

test('overlap with the network of another project: a free subnet is offered', () => {
  const other = network({ name: 'other-backend', project: 'other', subnets: ['10.0.0.0/22'] });
  expect(check({ backend }, { networks: [other] })).toEqual([
    {
      code: 'SUBNET_OVERLAP',
      title: 'the subnet 10.0.1.0/24 of the network backend is not free',
      detail:
        "The network demo-coog-backend would overlap with 10.0.0.0/22 of Docker's network other-backend of the project other.",
      next: 'coog config:set CUSTOM_NETWORK_BACKEND_SUBNET=10.0.4.0/24',
    },
  ]);
});

test('two networks get two offers', () => {
  const frontend = { ...backend, name: 'demo-coog-frontend', subnets: ['10.0.2.0/24'] };
  const variables = new Map([
    ['backend', 'B'],
    ['frontend', 'F'],
  ]);
  const networks = [network({ subnets: ['10.0.0.0/22'] })];
  expect(check({ backend, frontend }, { networks, variables }).map(({ next }) => next)).toEqual([
    'coog config:set B=10.0.4.0/24',
    'coog config:set F=10.0.5.0/24',
  ]);
});

test("overlap with the host's routes, not with those of Docker's bridges", () => {
  expect(check({ backend }, { hostRanges: [{ subnet: '10.0.0.0/8', device: 'tun0' }] })).toMatchObject([
    { detail: expect.stringContaining('10.0.0.0/8, which this machine reaches through tun0') },
  ]);
  const networks = [network({ subnets: ['10.9.0.0/24'], device: 'br-1' })];
  expect(check({ backend }, { networks, hostRanges: [{ subnet: '10.0.1.0/24', device: 'br-1' }] })).toEqual([]);
});

test('our own network with another subnet: down first', () => {
  const networks = [network({ name: backend.name, project: 'demo', subnets: ['10.0.7.0/24'] })];
  expect(check({ backend }, { networks })).toMatchObject([{ code: 'SUBNET_CHANGED', next: 'coog down' }]);
});

test('two of the project’s own networks overlap; a subnet is none; an external network is missing', () => {
  const frontend = { ...backend, name: 'f' };
  expect(check({ backend, frontend })).toMatchObject([
    {
      code: 'SUBNET_OVERLAP',
      detail: expect.stringContaining("this project's network backend"),
      next: expect.stringContaining('in the compose file'),
    },
  ]);
  expect(check({ backend: { ...backend, subnets: ['10.0.1.0'] } })).toMatchObject([
    { code: 'SUBNET_INVALID', next: 'coog config:set CUSTOM_NETWORK_BACKEND_SUBNET=10.0.0.0/24' },
  ]);
  const outer = { name: 'outer', subnets: [], external: true };
  expect(check({ outer })).toMatchObject([{ code: 'NETWORK_MISSING', next: 'docker network create outer' }]);
  expect(check({ outer }, { networks: [network({ name: 'outer' })] })).toEqual([]);
});
