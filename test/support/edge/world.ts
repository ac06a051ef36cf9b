import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { ids } from '../e2e/containers.ts';
import type { Ended } from '../e2e/coog.ts';
import { shippedFragments } from '../e2e/light.ts';
import { environmentWith } from '../e2e/machine.ts';
import { thenItSucceeded } from '../e2e/outcome.ts';
import { Project } from '../e2e/project.ts';
import { until } from '../e2e/until.ts';
import { type Answered, type Asked, request } from './request.ts';

/** What takes part: everything that has a route, and what that needs. */
const TAKING = [
  ...['back/coog', 'back/coog_init', 'back/bus', 'api/gateway', 'front/portal', 'front/app-b2c', 'api/api_b2c'],
  ...['b2c/back_common', 'b2c/back_init', 'b2c/back', 'b2c/front_common', 'b2c/front_init', 'b2c/front'],
  ...['b2c/database_init', 'database/postgres', 'proxy/reverse-proxy', 'proxy/docker_filter', 'tools/jaeger'],
  ...['networks', 'back/common'],
];
const PRIVATE = ['COOG', 'GATEWAY', 'PORTAL', 'API_B2C', 'APP_B2C', 'B2C_BACK', 'B2C_FRONT'];
const PROBED = { GATEWAY: 3000, API_B2C: 3000, B2C_BACK: 1337 };

/** What the echo answers. */
export interface Echo {
  readonly service: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was built in each folder of builds that the service has. */
  readonly builds: Readonly<Record<string, string | null>>;
}

/** A project whose private services are echoes, behind the real proxy. */
export interface Edge {
  readonly project: Project;
  readonly hostname: string;
  readonly ports: Readonly<Record<'http' | 'https' | 'management', number>>;
  readonly ask: (asked: Pick<Asked, 'scheme' | 'path'> & Partial<Asked>) => Promise<Answered>;
  /** Asks for what an echo answers, and tells which service did. */
  readonly echo: (asked: Pick<Asked, 'scheme' | 'path'> & Partial<Asked>) => Promise<Echo>;
}

/** The edge that all files of a run share: made by the first that asks. Tests leave it as they found it. */
export async function sharedEdge(): Promise<Edge> {
  const shared = inject('coogShared');
  const name = `coogtest-edge-${shared.slice(-6).toLowerCase()}`;
  const record = join(shared, `${name}.json`);
  const home = join(shared, `${name}.json.home`);
  const project = new Project(name, join(shared, name), environmentWith('2.26', home));
  const known = await readFile(record, 'utf8').catch(() => undefined);
  const up = known === undefined ? await make(project, shared, home) : (JSON.parse(known) as Ended);
  if (known === undefined) {
    await writeFile(`${record}.new`, JSON.stringify(up));
    await rename(`${record}.new`, record);
  }
  thenItSucceeded(up);
  return edgeOf(project);
}

async function make(project: Project, shared: string, home: string): Promise<Ended> {
  await chmod(shared, 0o755);
  await mkdir(project.folder);
  await mkdir(home);
  const tag = tagOfImages();
  const data = ['--data', join(project.folder, 'data')];
  thenItSucceeded(await project.coog('init', '.', '--yes', '--coog-version', tag, '--name', project.name, ...data));
  const lines = [
    'CUSTOM_IMAGE_REGISTRY=coog-test',
    ...PRIVATE.map((name) => `CUSTOM_IMAGE_NAME_${name}=echo`),
    ...Object.entries(PROBED).map(
      ([name, port]) => `HEALTHCHECK_${name}="wget -q -O /dev/null http://127.0.0.1:${port}/"`,
    ),
    ...imageLines({ TRAEFIK: 'traefik', DOCKER_FILTER: 'haproxy', JAEGER: 'jaeger' }, tag),
    ...['CUSTOM_IMAGE_NAME_POSTGRES=coog-demo/postgres', 'IMAGE_VERSION_POSTGRES=17'],
    ...['HEALTHCHECK_INTERVAL=1s', 'ENABLE_JAEGER=1'],
  ];
  await project.write({
    'env.custom': `${await project.read('env.custom')}${lines.join('\n')}\n`,
    disabled_services: `${shippedFragments.filter((name) => !TAKING.includes(name)).join('\n')}\n`,
  });
  await chmod(join(project.folder, 'env.custom'), 0o600);
  return project.coog('up', '-d');
}

const imageLines = (images: Readonly<Record<string, string>>, tag: string): string[] =>
  Object.entries(images).flatMap(([variable, image]) => [
    `CUSTOM_IMAGE_NAME_${variable}=coog-test/${image}`,
    `IMAGE_VERSION_${variable}=${tag}`,
  ]);

function tagOfImages(): string {
  const tag = process.env.COOG_TEST_EDGE_TAG;
  if (!tag)
    throw new Error('COOG_TEST_EDGE_TAG is not set: run the tests by "npm run test:edge", which makes the images');
  return tag;
}

async function edgeOf(project: Project): Promise<Edge> {
  const port = async (name: string) => Number(await project.value(`TRAEFIK_${name}_PORT`));
  const ports = { http: await port('HTTP'), https: await port('HTTPS'), management: await port('MANAGMENT') };
  const hostname = await project.value('PROJECT_HOSTNAME');
  const ask: Edge['ask'] = (asked) => request({ port: ports[asked.scheme], hostname, ...asked });
  const echo: Edge['echo'] = async (asked) => {
    // The proxy learns of a container that became healthy a moment later.
    const { body } = await until(`${asked.scheme}://…${asked.path} is answered`, async () => {
      const answer = await ask(asked);
      return answer.status === 200 && answer;
    });
    const { host, ...told } = JSON.parse(body) as Omit<Echo, 'service'> & { host: string };
    const services = Object.entries(ids(await project.containers()));
    return { ...told, service: services.find(([, id]) => id.startsWith(host))?.[0] ?? `unknown (${host})` };
  };
  return { project, hostname, ports, ask, echo };
}
