import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export interface Endpoint {
  /** Empty for all addresses. */
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** `forbidden`: only root may bind it, so binding tells nothing. `no-address`: this machine does not have the address. */
export type PortState = 'free' | 'used' | 'forbidden' | 'no-address';

/**
 * Whether an endpoint can be bound now, found out by binding it for a moment. Sockets that only linger in TIME_WAIT do not
 * count (libuv sets SO_REUSEADDR, as Docker does); on Linux a listening one does, for root too.
 */
export async function probePort(endpoint: Endpoint): Promise<PortState> {
  if (endpoint.protocol === 'sctp') return 'free';
  const bind = endpoint.protocol === 'tcp' ? bindTcp : bindUdp;
  if (endpoint.hostIp !== '') return bind(endpoint.hostIp, endpoint.port);
  const first = await bind('0.0.0.0', endpoint.port);
  if (first !== 'free') return first;
  const second = await bind('::', endpoint.port);
  return second === 'no-address' ? 'free' : second;
}

function bindTcp(host: string, port: number): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(stateOf(error)));
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') }, () =>
      server.close(() => resolve('free')),
    );
  });
}

function bindUdp(host: string, port: number): Promise<PortState> {
  return new Promise((resolve) => {
    const isIpv6 = host.includes(':');
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
    socket.once('error', (error) => {
      socket.close();
      resolve(stateOf(error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve('free')));
  });
}

function stateOf(error: NodeJS.ErrnoException): PortState {
  if (error.code === 'EADDRINUSE') return 'used';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'forbidden';
  return 'no-address';
}
