import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dockerJson, type Engine, listContainers, tryDocker } from '../../engine/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import type { Near } from './one-shot.ts';

const HOST_GATEWAY = 'host.docker.internal';

export interface Wanted {
  readonly project: string;
  readonly service: string;
  /** Where several addresses lead to it, the one in this network is taken. */
  readonly network: string;
  readonly port: number;
}

/** A container that serves a database. */
export interface Found {
  readonly id: string;
  readonly name: string;
  /** The id of the image that it was made of, whatever its tag means by now. */
  readonly image: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Whether its processes are seen from here: then the engine sees the files of this machine as well. */
  readonly here: boolean;
  /** Where this machine reaches it. */
  readonly host: string;
  readonly near: Near;
}

interface ContainerDocument {
  readonly Image: string;
  readonly State?: { readonly Pid?: number };
  readonly Config: { readonly Env?: readonly string[] | null };
  readonly HostConfig: { readonly NetworkMode?: string };
  readonly NetworkSettings: {
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string; readonly GlobalIPv6Address?: string }>>;
  };
}

/**
 * The running container of a service, and the ways to it.
 * @throws ProblemError DB_SERVER_NOT_RUNNING, DB_SERVER_UNREACHABLE (exit code 2), those of the engine
 */
export async function findContainer(engine: Engine, wanted: Wanted): Promise<Found> {
  if (!engine.docker.local) throw new ProblemError(onAnotherMachine(wanted.service));
  const containers = await listContainers(engine, wanted.project);
  const found = containers.find((c) => c.service === wanted.service && c.state === 'running' && !c.oneOff);
  if (!found) throw new ProblemError(notRunning(wanted));
  const [document] = await dockerJson<ContainerDocument[]>(engine, ['container', 'inspect', found.id]);
  const host = document && addressOf(document, wanted.network);
  if (!document || host === undefined) throw new ProblemError(notRunning(wanted));
  return {
    id: found.id,
    name: found.name,
    image: document.Image,
    environment: new Map((document.Config.Env ?? []).map((entry) => split(entry))),
    host,
    here: await isHere(found.id, document.State?.Pid),
    // Beside the server, in its own network: there is nothing to look up, and no rule of a firewall between them.
    near: { network: `container:${found.id}`, host: '127.0.0.1', port: wanted.port, hosts: [] },
  };
}

/** An engine in a virtual machine, or a coog in a container, counts processes in its own way. */
const isHere = (id: string, pid = 0): Promise<boolean> =>
  readFile(`/proc/${pid}/cgroup`, 'latin1').then(
    (text) => text.includes(id),
    () => false,
  );

function split(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function addressOf(document: ContainerDocument, network: string): string | undefined {
  if (document.HostConfig.NetworkMode === 'host') return '127.0.0.1';
  const networks = document.NetworkSettings.Networks ?? {};
  const addresses = [networks[network], ...Object.values(networks)].map((n) => n?.IPAddress || n?.GlobalIPv6Address);
  return addresses.find((address) => address !== undefined && address !== '');
}

/** Where a client's container is put for a server outside: in the project's network, where there is one. */
export async function nearOutside(
  engine: Engine,
  { network, host, port }: { readonly network: string; readonly host: string; readonly port: number },
): Promise<Near> {
  const exists = network !== '' && (await tryDocker(engine, ['network', 'inspect', network])).exitCode === 0;
  return {
    network: exists ? network : 'bridge',
    host,
    port,
    hosts: host === HOST_GATEWAY ? [`${HOST_GATEWAY}:host-gateway`] : [],
  };
}

const FORMAT = '{{json .IPAM.Config}}';

/** Of an IPv4 network: what Docker gives the machine itself. Engine 20.10 names no gateway for a bridge that it has found. */
const firstAddress = (subnet: string): string | undefined =>
  /^(?:\d+\.){3}\d+\/\d+$/.test(subnet)
    ? subnet.replace(/(\d+)\/\d+$/, (_, last) => String(Number(last) + 1))
    : undefined;

/**
 * What this machine calls a host of the configuration: what a container calls host.docker.internal is an address of this
 * machine, which only its containers know by that name.
 */
export async function hereAddress(engine: Engine, host: string): Promise<string> {
  if (host !== HOST_GATEWAY) return host;
  const { exitCode, stdout } = await tryDocker(engine, ['network', 'inspect', 'bridge', '--format', FORMAT]);
  const configs = exitCode === 0 ? ((JSON.parse(stdout) ?? []) as { Gateway?: string; Subnet?: string }[]) : [];
  const found = configs.map(({ Gateway = '', Subnet = '' }) => (isIP(Gateway) ? Gateway : firstAddress(Subnet)));
  return found.find((address) => address !== undefined) ?? HOST_GATEWAY;
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
