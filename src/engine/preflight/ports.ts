import type { Problem } from '../../shared/problem.ts';
import type { Container } from '../containers.ts';
import type { ComposeModel, PublishedPort } from '../model/model.ts';
import type { Listener } from './port-holder.ts';
import type { Endpoint, PortState } from './probe-port.ts';

export interface PortFacts {
  readonly project: string;
  /** Running containers of all projects. */
  readonly containers: readonly Container[];
  /** `80/tcp` (as published on the host) → the variable that sets it. */
  readonly variables: ReadonlyMap<string, string>;
  readonly probe: (endpoint: Endpoint) => Promise<PortState>;
  readonly findListener: (endpoint: Endpoint) => Promise<Listener | undefined>;
}

interface WantedPort extends Endpoint {
  readonly service: string;
}

/** PORT_IN_USE, PORT_TWICE and PORT_ADDRESS for what the model publishes on this machine. */
export async function checkPorts(model: ComposeModel, facts: PortFacts): Promise<Problem[]> {
  const wanted = Object.entries(model.services).flatMap(([service, { ports }]) =>
    ports.map((port) => ({ service, ...endpointOf(port) })),
  );
  const checked = await Promise.all(wanted.map((port, index) => checkPort(port, wanted.slice(0, index), facts)));
  return checked.flat();
}

const endpointOf = ({ hostIp, published, protocol }: PublishedPort): Endpoint => ({
  hostIp,
  port: published,
  protocol,
});

async function checkPort(port: WantedPort, earlier: readonly WantedPort[], facts: PortFacts): Promise<Problem[]> {
  const twin = earlier.find((other) => clashes(other, port));
  if (twin) return [await portTwice(port, twin, facts)];
  const holder = facts.containers.find((container) =>
    container.ports.some((own) => clashes(endpointOf(asPort(own)), port)),
  );
  if (holder?.project === facts.project) return [];
  // Without Docker's userland proxy a published port has no listening socket: containers count before sockets.
  if (holder) return [await portInUse(port, describeContainer(holder), `docker stop ${holder.name}`, facts)];
  const state = await facts.probe(port);
  if (state === 'free') return [];
  if (state === 'no-address') return [noAddress(port)];
  const listener = await facts.findListener(port);
  if (state === 'forbidden' && listener === undefined) return [];
  const [first] = listener?.processes ?? [];
  return [
    await portInUse(
      port,
      describeListener(listener),
      first ? `sudo kill ${first.pid}` : `sudo ss -lnp 'sport = :${port.port}'`,
      facts,
    ),
  ];
}

const asPort = (port: Container['ports'][number]): PublishedPort => ({
  ...port,
  protocol: port.protocol as PublishedPort['protocol'],
});

const ANY = new Set(['', '0.0.0.0', '::']);

const clashes = (a: Endpoint, b: Endpoint): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.hostIp === b.hostIp || ANY.has(a.hostIp) || ANY.has(b.hostIp));

const describeContainer = (container: Container): string =>
  container.project === ''
    ? `the container ${container.name} holds it`
    : `the container ${container.name} of the project ${container.project} holds it`;

function describeListener(listener: Listener | undefined): string {
  const [first, ...others] = listener?.processes ?? [];
  if (!first) return 'a process of another user holds it';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `the process ${first.name} (pid ${first.pid})${more} holds it`;
}

async function portInUse(port: WantedPort, holder: string, otherwise: string, facts: PortFacts): Promise<Problem> {
  return {
    code: 'PORT_IN_USE',
    title: `port ${describe(port)} is in use`,
    detail: `The service ${port.service} publishes it; ${holder}.`,
    next: (await changeCommand(port, facts)) ?? otherwise,
  };
}

async function portTwice(port: WantedPort, twin: WantedPort, facts: PortFacts): Promise<Problem> {
  return {
    code: 'PORT_TWICE',
    title: `port ${describe(port)} is published twice`,
    detail: `The services ${twin.service} and ${port.service} both publish it.`,
    next: (await changeCommand(port, facts)) ?? `give one of the two another port in the compose file that defines it`,
  };
}

const noAddress = (port: WantedPort): Problem => ({
  code: 'PORT_ADDRESS',
  title: `this machine does not have the address ${port.hostIp}`,
  detail: `The service ${port.service} publishes port ${describe(port)}.`,
  next: 'ip address',
});

const describe = ({ hostIp, port, protocol }: Endpoint): string =>
  `${port}/${protocol}${ANY.has(hostIp) ? '' : ` on ${hostIp}`}`;

/** The command that moves the port to the first free one, when a variable sets it. */
async function changeCommand(port: WantedPort, facts: PortFacts): Promise<string | undefined> {
  const variable = facts.variables.get(`${port.port}/${port.protocol}`);
  if (variable === undefined) return undefined;
  const start = port.port < 1024 ? port.port + 8000 : port.port + 1;
  for (let candidate = start; candidate < Math.min(start + 100, 65_536); candidate += 1) {
    const endpoint = { ...port, port: candidate };
    const taken = facts.containers.some(({ ports }) => ports.some((own) => clashes(endpointOf(asPort(own)), endpoint)));
    if (!taken && (await facts.probe(endpoint)) === 'free') return `coog config:set ${variable}=${candidate}`;
  }
  return `coog config:set ${variable}=PORT`;
}
