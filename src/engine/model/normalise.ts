import { readBinds } from './binds.ts';
import { parseDuration } from './duration.ts';
import type {
  BuildModel,
  ComposeModel,
  DependencyCondition,
  HealthcheckModel,
  NetworkModel,
  ServiceModel,
} from './model.ts';
import { readPorts } from './ports.ts';
import { defined, mapping, sequence, type Tree, text, unescapeDollars } from './tree.ts';

export interface NormaliseOptions {
  /** The project's name, which docker-compose 1.29.2 does not print. */
  readonly project: string;
  /** The active profiles when the printing Compose lists services of inactive ones, as 1.29.2 does. */
  readonly profiles?: readonly string[];
}

/** The output of `docker compose config`, parsed, as a model; pure. */
export function normaliseModel(config: unknown, options: NormaliseOptions): ComposeModel {
  const tree = mapping(unescapeDollars(config));
  const name = text(tree.name) ?? options.project;
  const services = Object.fromEntries(
    Object.entries(mapping(tree.services))
      .filter(([, service]) => isActive(mapping(service), options.profiles))
      .map(([key, service]) => [key, readService(mapping(service))]),
  );
  const used = new Set(Object.values(services).flatMap((service) => service.networks));
  const declared = mapping(tree.networks);
  const networks = Object.fromEntries([...used].sort().map((key) => [key, readNetwork(key, declared[key], name)]));
  return { name, services, networks };
}

function isActive(service: Tree, active: readonly string[] | undefined): boolean {
  const profiles = sequence(service.profiles).map(String);
  return active === undefined || profiles.length === 0 || profiles.some((profile) => active.includes(profile));
}

function readService(service: Tree): ServiceModel {
  return defined<ServiceModel>({
    image: text(service.image),
    build: readBuild(service.build),
    ports: readPorts(service.ports),
    binds: readBinds(service.volumes),
    user: text(service.user),
    restart: service.restart === false ? 'no' : (text(service.restart) ?? 'no'),
    dependsOn: readDependencies(service.depends_on),
    healthcheck: readHealthcheck(service.healthcheck),
    networks: readServiceNetworks(service),
  });
}

function readBuild(build: unknown): BuildModel | undefined {
  if (build === undefined || build === null) return undefined;
  if (typeof build === 'string') return { context: build };
  const { context, dockerfile, target } = mapping(build);
  return defined<BuildModel>({ context: text(context) ?? '.', dockerfile: text(dockerfile), target: text(target) });
}

function readDependencies(value: unknown): Record<string, DependencyCondition> {
  if (Array.isArray(value)) return Object.fromEntries(value.map((name) => [String(name), 'service_started']));
  return Object.fromEntries(
    Object.entries(mapping(value)).map(([name, how]) => {
      const condition = mapping(how).condition;
      const known = condition === 'service_healthy' || condition === 'service_completed_successfully';
      return [name, known ? condition : 'service_started'];
    }),
  );
}

function readHealthcheck(value: unknown): HealthcheckModel | undefined {
  const check = mapping(value);
  const test = typeof check.test === 'string' ? ['CMD-SHELL', check.test] : sequence(check.test).map(String);
  if (check.disable === true || test.length === 0 || test[0] === 'NONE') return undefined;
  return defined<HealthcheckModel>({
    test,
    interval: parseDuration(text(check.interval)),
    timeout: parseDuration(text(check.timeout)),
    startPeriod: parseDuration(text(check.start_period)),
    retries: check.retries === undefined ? undefined : Number(check.retries),
  });
}

function readServiceNetworks(service: Tree): string[] {
  if (text(service.network_mode) !== undefined) return [];
  const declared = Array.isArray(service.networks)
    ? service.networks.map(String)
    : Object.keys(mapping(service.networks));
  return declared.length === 0 ? ['default'] : declared.sort();
}

function readNetwork(key: string, value: unknown, project: string): NetworkModel {
  const network = mapping(value);
  const external = network.external === true || typeof network.external === 'object';
  const name = text(network.name) ?? text(mapping(network.external).name) ?? (external ? key : `${project}_${key}`);
  const subnets = sequence(mapping(network.ipam).config).flatMap((range) => text(mapping(range).subnet) ?? []);
  return { name, subnets, external: external && network.external !== null };
}
