import { once } from 'node:events';
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  composeModel,
  type Engine,
  missingImages,
  preflight,
  pullMissing,
  requireCompose,
} from '../../../src/engine/index.ts';
import { COMPOSES, createProject, engineWith, IMAGE, type TestProject, testSubnet } from './setup.ts';

let project: TestProject;
let other: TestProject;
let engine: Engine;
beforeEach(async () => {
  [project, other] = await Promise.all([createProject(), createProject()]);
  engine = await engineWith('2.40', project.folder);
});
afterEach(async () => {
  await Promise.all([project.remove(), other.remove()]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const stack = (port: number, subnet: string, more = '') => `
services:
  back:
    image: ${IMAGE}
    init: true
    command: [sleep, "600"]
    ports: ["127.0.0.1:${port}:80"]
    networks: [backend]
    ${more}
networks: {backend: {ipam: {config: [{subnet: ${subnet}}]}}}
`;

async function check(port: number, subnet: string, more = '') {
  await project.write(stack(port, subnet, more));
  return preflight({
    engine,
    model: await composeModel(engine, project.folder),
    roots: [join(project.folder, 'data')],
    portVariables: new Map([[`${port}/tcp`, 'BACK_PORT']]),
    uid: 0,
    gid: 0,
  });
}

test('nothing is in the way, before the first start and of a running project', async () => {
  const [port, subnet] = [await freePort(), testSubnet()];
  expect(await check(port, subnet)).toEqual([]);
  await requireCompose(engine, project.folder, ['up', '-d']);
  expect(await check(port, subnet)).toEqual([]);
  const elsewhere = subnet.replace('10.213.', '10.214.');
  expect(await check(port, elsewhere)).toMatchObject([{ code: 'SUBNET_CHANGED', next: 'coog down' }]);
});

test('another project has the port and the subnet, and a folder is not writable: all told at once', async () => {
  const [port, subnet] = [await freePort(), testSubnet()];
  await other.write(stack(port, subnet));
  await requireCompose(engine, other.folder, ['up', '-d']);
  await mkdir(join(project.folder, 'data'));
  await chmod(join(project.folder, 'data'), 0o755);
  const problems = await check(
    port,
    subnet,
    'user: "1003:1003"\n    volumes: ["./data:/data", "./absent.conf:/etc/x.conf"]',
  );
  expect(problems).toMatchObject([
    {
      code: 'PORT_IN_USE',
      detail: expect.stringMatching(`the container ${other.name}-back-1 of the project ${other.name} holds it`),
      next: expect.stringMatching(/^coog config:set BACK_PORT=\d+$/),
    },
    {
      code: 'SUBNET_OVERLAP',
      detail: expect.stringContaining(`Docker's network ${other.name}_backend of the project ${other.name}`),
      next: expect.stringMatching(/^coog config:set CUSTOM_NETWORK_BACKEND_SUBNET=10\.\d+\.\d+\.0\/24$/),
    },
    { code: 'FOLDER_NOT_WRITABLE' },
    { code: 'BIND_SOURCE_MISSING' },
  ]);
  const offered = problems[1]?.next?.split('=')[1] ?? '';
  expect(await check(await freePort(), offered)).toEqual([]);
});

test('a process holds the port', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const problems = await check(port, testSubnet());
  server.close();
  expect(problems).toMatchObject([{ code: 'PORT_IN_USE', detail: expect.stringContaining(`(pid ${process.pid})`) }]);
});

test("a subnet of the host's own", async () => {
  expect(await check(await freePort(), '127.0.0.0/8')).toMatchObject([
    { code: 'SUBNET_OVERLAP', detail: expect.stringContaining('through lo') },
  ]);
});

test.each(COMPOSES)('Compose %s: images that are missing cannot be pulled', async (name) => {
  engine = await engineWith(name, project.folder);
  const absent = 'localhost:1/coogtest/absent:1';
  await project.write(
    `services: {a: {image: "${IMAGE}"}, b: {image: "${absent}"}, c: {image: "${absent}"}, d: {image: x, build: .}}`,
  );
  const missing = await missingImages(engine, await composeModel(engine, project.folder));
  expect(missing).toEqual([{ image: absent, services: ['b', 'c'] }]);
  await expect(pullMissing(engine, project.folder, missing, { stdio: 'pipe' })).rejects.toMatchObject({
    exitCode: 2,
    problems: [
      {
        code: 'REGISTRY_UNREACHABLE',
        detail: expect.stringContaining('connection refused'),
        next: `docker pull ${absent}`,
      },
    ],
  });
  await pullMissing(engine, project.folder, []);
});

test('the data folder of PostgreSQL is closed to us: a container of its image looks', async () => {
  const data = join(project.folder, 'pgdata');
  await mkdir(data);
  await writeFile(join(data, 'PG_VERSION'), '12\n');
  await chown(data, 999, 999);
  await chmod(data, 0o700);
  await chmod(project.folder, 0o755);
  const image = `${project.name}-postgres:17-alpine`;
  await execa('docker', ['tag', IMAGE, image]);
  const script = `
    import { checkPostgresData } from ${JSON.stringify(new URL('../../../src/engine/index.ts', import.meta.url).href)};
    const data = { folder: ${JSON.stringify(data)}, image: ${JSON.stringify(image)} };
    console.log(JSON.stringify(await checkPostgresData({ env: { PATH: process.env.PATH, HOME: '/tmp' } }, data)));
  `;
  const group = (await stat('/var/run/docker.sock')).gid;
  const user = ['--reuid=65534', '--regid=65534', `--groups=${group}`, process.execPath];
  const looking = execa('setpriv', [...user, '--input-type=module', '--eval', script], { reject: false });
  const { stdout } = await looking;
  await execa('docker', ['rmi', image]);
  expect(JSON.parse(stdout)).toMatchObject([
    { code: 'DATA_FOLDER_MAJOR', next: 'coog config:set IMAGE_VERSION_POSTGRES=12-alpine' },
  ]);
});
