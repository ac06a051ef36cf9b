import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE, REPOSITORY } from './machine.ts';
import { givenEmptyFolder, type Project, type ProjectOptions } from './project.ts';

export type Service = Readonly<Record<string, unknown>>;

/** Every fragment that is shipped, as disabled_services names it. */
export const shippedFragments: readonly string[] = globSync('{.,plugins/*}/compose/*/*.yml', { cwd: REPOSITORY }).map(
  (path) => path.replace(/^.*compose\//, '').replace(/\.yml$/, ''),
);

export interface LightOptions extends ProjectOptions {
  /** Lines behind the smallest env.custom. */
  readonly settings?: readonly string[];
}

/** A project of these services alone: everything shipped is disabled, so that it starts within a second. */
export async function givenProjectOf(
  services: Readonly<Record<string, Service>>,
  { settings = [], ...options }: LightOptions = {},
): Promise<Project> {
  const project = await givenEmptyFolder(options);
  const env = [
    `COMPOSE_PROJECT_NAME=${project.name}`,
    `FILESYSTEM_ROOT=${join(project.folder, 'data')}`,
    ...['IMAGE_VERSION_COOG=1', 'JWT_ENCRYPTION=jwt', 'COOG_GATEWAY_TOKEN=token'],
    ...['CUSTOM_POSTGRES_PASSWORD=pg', 'CUSTOM_MONGO_PASSWORD=mongo'],
    `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`,
    `CUSTOM_NETWORK_FRONTEND_SUBNET=${testSubnet()}`,
    ...settings,
  ];
  await project.write({ 'env.custom': `${env.join('\n')}\n` });
  await disableShipped(project);
  await setServices(project, services);
  return project;
}

/** Leaves a project with the user's own services alone. */
export const disableShipped = (project: Project): Promise<void> =>
  project.write({ disabled_services: `${shippedFragments.join('\n')}\n` });

/** Writes the user's own fragments, one a service. */
export const setServices = (project: Project, services: Readonly<Record<string, Service>>): Promise<void> =>
  project.write(
    Object.fromEntries(
      Object.entries(services).map(([name, service]) => [
        `custom/compose/test/${name}.yml`,
        JSON.stringify({ services: { [name]: service } }, null, 2),
      ]),
    ),
  );

/** A small subnet of 10.214.0.0/15, which is these tests' own. */
export const testSubnet = (): string => `10.${randomInt(214, 216)}.${randomInt(256)}.${randomInt(16) * 16}/28`;

/** A service that runs until it is stopped, and stops at once. */
export const sleeper = (more: Service = {}): Service => ({
  image: IMAGE,
  init: true,
  command: ['sleep', 'infinity'],
  network_mode: 'none',
  restart: 'always',
  ...more,
});

/** A service that runs a shell script; `$` is the shell's. */
export const script = (text: string, more: Service = {}): Service =>
  sleeper({ command: ['sh', '-c', text.replaceAll('$', '$$$$')], ...more });

/** A service that runs a shell script once. */
export const oneShot = (text: string, more: Service = {}): Service => script(text, { restart: 'no', ...more });

export const probe = (test: string, more: Service = {}): { healthcheck: Service } => ({
  healthcheck: { test: ['CMD-SHELL', test], interval: '1s', timeout: '5s', retries: 3, start_period: '300s', ...more },
});
