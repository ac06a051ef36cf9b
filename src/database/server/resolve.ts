import { isIP } from 'node:net';
import { dockerJson, type Engine, listContainers, tryDocker } from '../../engine/index.ts';
import type { Plan } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { type Near, type Server, type Tls, type TlsMode, tlsModes } from './types.ts';

/** What is read of a plan. */
export type ServerPlan = Pick<Plan, 'name' | 'values' | 'services' | 'userServices'>;

const DATA_FOLDER = '/var/lib/postgresql/data';
const HOST_GATEWAY = 'host.docker.internal';

/**
 * Where the project's PostgreSQL is: the container of the service that POSTGRES_HOST names, or an external server. Nothing
 * is connected to. POSTGRES_SSLMODE and POSTGRES_SSLROOTCERT count when they are set.
 * @throws ProblemError DB_SERVER_NOT_RUNNING, DB_SERVER_UNREACHABLE, DB_TLS_MODE (exit code 2), those of the engine
 */
export async function resolveServer(plan: ServerPlan, engine: Engine): Promise<Server> {
  const value = (name: string): string => plan.values.get(name)?.value ?? '';
  const host = value('POSTGRES_HOST').replace(/^\[(.*)\]$/, '$1');
  const password = value('POSTGRES_PASSWORD');
  const base = {
    project: plan.name,
    port: Number(value('POSTGRES_PORT') || 5432),
    user: value('POSTGRES_USER'),
    password: () => password,
    databases: databasesOf(value('COOG_MAIN_DATABASE'), value('COOG_DATABASES')),
    image: `${value('IMAGE_NAME_POSTGRES')}:${value('IMAGE_VERSION_POSTGRES')}`,
  };
  const network = value('NETWORK_BACKEND_NAME');
  const isService = plan.services.some((s) => s.name === host) || Object.hasOwn(plan.userServices, host);
  if (isService)
    return { ...base, ...(await findBundled(engine, { project: plan.name, service: host, network }, base)) };
  return {
    ...base,
    kind: 'external',
    host: host === HOST_GATEWAY ? await gatewayOf(engine) : host,
    tls: readTls(value('POSTGRES_SSLMODE'), value('POSTGRES_SSLROOTCERT')),
    near: await nearExternal(engine, network, host, base.port),
  };
}

/** Spaces around a name are a part of it, as in Tryton. */
const databasesOf = (main: string, all: string): string[] => [
  ...new Set([main, ...all.split(',')].filter((name) => name !== '')),
];

function readTls(mode: string, rootCertificate: string): Tls {
  const chosen = mode === '' ? 'prefer' : mode;
  if (!tlsModes.includes(chosen as TlsMode))
    throw new ProblemError({
      code: 'DB_TLS_MODE',
      title: `POSTGRES_SSLMODE is ${mode}, which is none of ${tlsModes.join(', ')}`,
      next: 'coog config:set POSTGRES_SSLMODE=require',
    });
  return { mode: chosen as TlsMode, ...(rootCertificate === '' ? {} : { rootCertificate }) };
}

interface Wanted {
  readonly project: string;
  readonly service: string;
  readonly network: string;
}

interface ContainerDocument {
  readonly Image: string;
  readonly Config: { readonly Env?: readonly string[] | null };
  readonly HostConfig: { readonly NetworkMode?: string };
  readonly NetworkSettings: {
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string; readonly GlobalIPv6Address?: string }>>;
  };
}

async function findBundled(engine: Engine, wanted: Wanted, { port }: { readonly port: number }) {
  if (!engine.docker.local) throw new ProblemError(onAnotherMachine(wanted.service));
  const containers = await listContainers(engine, wanted.project);
  const found = containers.find((c) => c.service === wanted.service && c.state === 'running' && !c.oneOff);
  if (!found) throw new ProblemError(notRunning(wanted));
  const [document] = await dockerJson<ContainerDocument[]>(engine, ['container', 'inspect', found.id]);
  const host = document && addressOf(document, wanted.network);
  if (!document || host === undefined) throw new ProblemError(notRunning(wanted));
  const setting = document.Config.Env?.find((entry) => entry.startsWith('PGDATA='));
  return {
    kind: 'bundled' as const,
    host,
    tls: { mode: 'disable' as const },
    container: {
      id: found.id,
      name: found.name,
      image: document.Image,
      dataFolder: setting?.slice('PGDATA='.length) ?? DATA_FOLDER,
    },
    // Beside the server, in its own network: there is nothing to look up, and no rule of a firewall between them.
    near: { network: `container:${found.id}`, host: '127.0.0.1', port, hosts: [] },
  };
}

function addressOf(document: ContainerDocument, network: string): string | undefined {
  if (document.HostConfig.NetworkMode === 'host') return '127.0.0.1';
  const networks = document.NetworkSettings.Networks ?? {};
  const addresses = [networks[network], ...Object.values(networks)].map((n) => n?.IPAddress || n?.GlobalIPv6Address);
  return addresses.find((address) => address !== undefined && address !== '');
}

async function nearExternal(engine: Engine, network: string, host: string, port: number): Promise<Near> {
  const exists = network !== '' && (await tryDocker(engine, ['network', 'inspect', network])).exitCode === 0;
  return {
    network: exists ? network : 'bridge',
    host,
    port,
    hosts: host === HOST_GATEWAY ? [`${HOST_GATEWAY}:host-gateway`] : [],
  };
}

/** What a container calls host.docker.internal is an address of this machine, which only its containers know by that name. */
async function gatewayOf(engine: Engine): Promise<string> {
  const format = '{{range .IPAM.Config}}{{println .Gateway}}{{end}}';
  const { stdout } = await tryDocker(engine, ['network', 'inspect', 'bridge', '--format', format]);
  return stdout.split('\n').find((line) => isIP(line.trim()) !== 0) ?? HOST_GATEWAY;
}

const notRunning = ({ service, project }: Wanted) => ({
  code: 'DB_SERVER_NOT_RUNNING',
  title: `the database server of ${project} does not run`,
  detail: `The service ${service} has no running container.`,
  next: `coog up -d ${service}`,
});

const onAnotherMachine = (service: string) => ({
  code: 'DB_SERVER_UNREACHABLE',
  title: 'the database server is in a container on another machine',
  detail: `Docker Engine is not on this machine, so the address of the container of ${service} leads nowhere from here.`,
  next: 'run coog on the machine where Docker Engine runs',
});
