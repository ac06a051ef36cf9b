import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../support/e2e/coog.ts';
import { givenProjectOf, type Service, setServices, sleeper, testSubnet } from '../support/e2e/light.ts';
import { docker, IMAGE, PROGRAM } from '../support/e2e/machine.ts';
import { thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';

const upJson = (project: Project) => project.coog('up', '-d', '--json');
const publishing = (port: number, more: Service = {}) =>
  sleeper({ network_mode: undefined, networks: ['backend'], ports: [`127.0.0.1:${port}:80`], ...more });
const mounting = (source: string, more: Service = {}) =>
  sleeper({ user: '1003:1003', volumes: [`${source}:/data`], ...more });

async function thenNothingWasStarted(project: Project): Promise<void> {
  expect(await project.containers()).toEqual([]);
}

/** A process of ours that listens; answers its port. */
async function givenListener(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function givenFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a process has the port: it is named, and the next command moves ours', async () => {
  const port = await givenListener();
  const project = await givenProjectOf(
    { front: publishing(port, { ports: ['127.0.0.1:${TRAEFIK_HTTP_PORT}:80'] }) },
    { settings: [`CUSTOM_TRAEFIK_HTTP_PORT=${port}`] },
  );

  const problem = theProblem(await upJson(project), 2, 'PORT_IN_USE');

  expect(problem.title).toContain(`${port}/tcp`);
  expect(problem.detail).toMatch(new RegExp(`the process \\S+ \\(pid ${process.pid}\\) holds it`));
  expect(problem.next).toMatch(/^coog config:?\s?set CUSTOM_TRAEFIK_HTTP_PORT=\d+$/);
  await thenNothingWasStarted(project);
  await whenTheNextCommandIsRun(project, problem.next);
  thenItSucceeded(await project.coog('up', '-d'));
});

test('the container of another project has the port and the subnet: both are named at once', async () => {
  const port = await givenFreePort();
  const subnet = testSubnet();
  const other = await givenProjectOf(
    { front: publishing(port) },
    { settings: [`CUSTOM_NETWORK_BACKEND_SUBNET=${subnet}`] },
  );
  thenItSucceeded(await other.coog('up', '-d'));
  const project = await givenProjectOf(
    { front: publishing(port) },
    { settings: [`CUSTOM_NETWORK_BACKEND_SUBNET=${subnet}`] },
  );

  const problems = thenItTold(await upJson(project), 2, ['PORT_IN_USE', 'SUBNET_OVERLAP']);

  const [inUse, overlap] = ['PORT_IN_USE', 'SUBNET_OVERLAP'].map((code) => problems.find((p) => p.code === code));
  const { name } = await other.container('front');
  expect(inUse?.detail).toContain(`the container ${name} of the project ${other.name} holds it`);
  expect(overlap?.detail).toContain(`of the project ${other.name}`);
  await thenNothingWasStarted(project);
  await whenTheNextCommandIsRun(project, overlap?.next);
  await setServices(project, { front: publishing(await givenFreePort()) });
  thenItSucceeded(await project.coog('up', '-d'));
});

test('everything that is wrong is told in one run', async () => {
  const project = await givenProjectOf(
    {
      front: publishing(await givenListener()),
      files: mounting('${FILESYSTEM_ROOT}/own'),
      config: sleeper({ volumes: ['./absent.conf:/etc/absent.conf'] }),
    },
    { settings: ['CUSTOM_NETWORK_BACKEND_SUBNET=127.0.0.0/24'] },
  );
  await givenFolder(join(project.folder, 'data', project.name, 'own'), { owner: 0, mode: 0o755 });

  const up = await project.coog('up', '-d');

  expect(up.exitCode).toBe(2);
  for (const code of ['PORT_IN_USE', 'SUBNET_OVERLAP', 'FOLDER_NOT_WRITABLE', 'BIND_SOURCE_MISSING'])
    expect(up.stderr).toContain(`(${code})`);
  expect(up.stderr).toContain('4 problems; nothing was changed.');
  expect(up.stderr).not.toContain('Creating');
  await thenNothingWasStarted(project);
});

test('a data folder that 1003 cannot write: the next command repairs it', async () => {
  const project = await givenProjectOf({ files: mounting('${FILESYSTEM_ROOT}/own') });
  const folder = join(project.folder, 'data', project.name, 'own');
  await givenFolder(folder, { owner: 0, mode: 0o755 });

  const problem = theProblem(await upJson(project), 2, 'FOLDER_NOT_WRITABLE');

  expect(problem.next).toBe(`sudo chown 1003:1003 ${folder}`);
  await thenNothingWasStarted(project);
  await chown(folder, 1003, 1003);
  thenItSucceeded(await project.coog('up', '-d'));
  await docker('exec', (await project.container('files')).id, 'touch', '/data/written');
});

test('a file where a folder must be, and a parent that is a file', async () => {
  const project = await givenProjectOf({
    one: mounting('${FILESYSTEM_ROOT}/taken'),
    two: mounting('${FILESYSTEM_ROOT}/taken/below'),
  });
  await givenFolder(join(project.folder, 'data', project.name), { owner: 0, mode: 0o755 });
  await writeFile(join(project.folder, 'data', project.name, 'taken'), 'a file');

  thenItTold(await upJson(project), 2, ['FOLDER_IS_FILE', 'FOLDER_NOT_CREATABLE']);

  expect(await project.read(`data/${project.name}/taken`)).toBe('a file');
  await thenNothingWasStarted(project);
});

test('a data folder on a file system that nobody can write', async () => {
  const project = await givenProjectOf({ files: mounting('${FILESYSTEM_ROOT}/own') });
  const folder = await givenReadOnlyFileSystem(join(project.folder, 'data'));

  const problem = theProblem(await upJson(project), 2, 'FOLDER_NOT_CREATABLE');

  expect(problem.detail).toContain(`${folder} is not writable for you`);
  await thenNothingWasStarted(project);
});

test('data that another major of PostgreSQL wrote is recognised, and the next command goes on with it', async () => {
  const postgres = sleeper({
    image: '${IMAGE_NAME_POSTGRES}:${IMAGE_VERSION_POSTGRES}',
    volumes: ['${POSTGRES_DATA_VOLUME}:/var/lib/postgresql/data'],
  });
  const project = await givenProjectOf(
    { postgres },
    { settings: [`CUSTOM_IMAGE_NAME_POSTGRES=${await givenPostgresImages()}`] },
  );
  const folder = join(project.folder, 'data', project.name, 'postgresql_data');
  await givenFolder(folder, { owner: 999, mode: 0o700 });
  await writeFile(join(folder, 'PG_VERSION'), '12\n');

  const problem = theProblem(await upJson(project), 2, 'DATA_FOLDER_MAJOR');

  expect(problem.title).toBe('the data folder was written by PostgreSQL 12, the image has 17');
  await thenNothingWasStarted(project);
  await whenTheNextCommandIsRun(project, problem.next);
  thenItSucceeded(await project.coog('up', '-d'));
});

test('images that cannot be pulled are all named, and what runs is left as it is', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  const before = await project.containers();
  const absent = ['127.0.0.1:1/coogtest/one:1', '127.0.0.1:1/coogtest/two:2'];
  await setServices(project, {
    back: sleeper({ environment: { CHANGED: 'yes' } }),
    ...Object.fromEntries(absent.map((image, index) => [`new${index}`, sleeper({ image })])),
  });

  const problems = thenItTold(await upJson(project), 2, ['REGISTRY_UNREACHABLE', 'REGISTRY_UNREACHABLE']);

  expect(problems.map(({ next }) => next).sort()).toEqual(absent.map((image) => `docker pull ${image}`));
  expect(await project.containers()).toEqual(before);
});

test('a volume of Docker, a folder outside and a service that is not chosen are no reason to refuse', async () => {
  const project = await givenProjectOf({
    back: sleeper({ volumes: ['/usr/share:/share:ro'] }),
    other: sleeper({ image: '127.0.0.1:1/coogtest/absent:1' }),
  });

  thenItSucceeded(await project.coog('up', '-d', 'back'));

  expect((await project.containers()).map(({ service }) => service)).toEqual(['back']);
});

test('a service that does not exist', async () => {
  const project = await givenProjectOf({ back: sleeper() });

  const problem = theProblem(await project.coog('up', '-d', 'bakc', '--json'), 2, 'SERVICE_UNKNOWN');

  expect(problem.detail).toContain('back');
  await thenNothingWasStarted(project);
});

test.each([
  ['no engine answers', { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }, 'ENGINE_UNREACHABLE', 'unset DOCKER_HOST'],
  ['an engine that refuses', { DOCKER_HOST: 'tcp://127.0.0.1:1' }, 'ENGINE_UNREACHABLE', 'unset DOCKER_HOST'],
])('%s', async (_, env, code, next) => {
  const project = await givenProjectOf({ back: sleeper() });
  const elsewhere = project.with(env);

  expect(theProblem(await upJson(elsewhere), 2, code).next).toBe(next);
  expect(theProblem(await elsewhere.coog('status', '--json'), 2, code).next).toBe(next);
});

test('neither docker nor Compose is installed: both are told at once', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  const bare = project.with({ PATH: dirname(process.execPath), COOG_COMPOSE: '' });

  thenItTold(await upJson(bare), 2, ['ENGINE_CLIENT_MISSING', 'COMPOSE_MISSING']);
});

/** Runs coog as nobody, who may read everything: the checkout and the caches may lie in a closed home of root. */
const asNobody = (groups: string): string[] => [
  ...['--reuid=65534', '--regid=65534', groups],
  ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
  ...[process.execPath, PROGRAM],
];

test('a user without rights on the socket is told how to get them', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  await chown(project.folder, 65534, 65534);
  await chown(join(project.folder, 'env.custom'), 65534, 65534);

  const up = await start('setpriv', [...asNobody('--clear-groups'), 'up', '-d', '--json'], {
    folder: project.folder,
    env: { ...project.env, USER: 'nobody', HOME: '/nonexistent' },
  }).ended;

  const problem = theProblem(up, 2, 'ENGINE_PERMISSION');
  expect(problem.next).toBe('sudo usermod -aG docker nobody');
});

test('an unprivileged user of the engine is told which folders only root can give away', async () => {
  const project = await givenProjectOf({ files: mounting('${FILESYSTEM_ROOT}/own') });
  await execa('chown', ['-R', '65534:65534', project.folder]);
  const { stdout: group } = await execa('stat', ['-c', '%g', '/var/run/docker.sock']);

  const up = await start('setpriv', [...asNobody(`--groups=${group}`), 'up', '-d', '--json'], {
    folder: project.folder,
    env: project.env,
  }).ended;

  const problem = theProblem(up, 2, 'FOLDER_NOT_CREATABLE');
  expect(problem.detail).toContain('only root can give it away');
  expect(problem.next).toBe(`sudo install -d -o 1003 -g 1003 ${join(project.folder, 'data', project.name, 'own')}`);
  await thenNothingWasStarted(project);
});

/** Names of PostgreSQL for our small image; answers their repository. */
async function givenPostgresImages(): Promise<string> {
  const name = `coogtest-postgres-${process.pid}`;
  const tags = ['17-alpine', '12-alpine'].map((tag) => `${name}:${tag}`);
  for (const tag of tags) await docker('tag', IMAGE, tag);
  onTestFinished(() => docker('rmi', ...tags).then(() => undefined));
  return name;
}

/** Even root is refused there. */
async function givenReadOnlyFileSystem(folder: string): Promise<string> {
  await mkdir(folder);
  await execa('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'coogtest', folder]);
  onTestFinished(() => execa('umount', [folder]).then(() => undefined));
  return folder;
}

async function givenFolder(path: string, { owner, mode }: { owner: number; mode: number }): Promise<void> {
  await mkdir(path, { recursive: true });
  await chown(path, owner, owner);
  await chmod(path, mode);
}

/** Runs what a problem offers, when it is a command of coog. */
async function whenTheNextCommandIsRun(project: Project, next = ''): Promise<void> {
  const [program, ...args] = next.split(' ');
  expect(program).toBe('coog');
  thenItSucceeded(await project.coog(...args));
}
