import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type CertificateFacts, factsOf } from './facts.ts';

export interface Served {
  readonly certificate: CertificateFacts;
  /** Such as TLSv1.3. */
  readonly protocol: string;
  /** Why a program with the authorities of Node would not take it; absent when it would. */
  readonly distrust?: string;
}

/** Milliseconds; it is a port of this machine. */
const PATIENCE = 5000;

/** What is served for a host name on a port of this machine; undefined when nothing there speaks TLS. */
export function servedCertificate(hostname: string, port: number, now: Date): Promise<Served | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      // A server name may not be an address (RFC 6066, 3).
      ...(isIP(hostname) ? {} : { servername: hostname }),
      rejectUnauthorized: false,
      timeout: PATIENCE,
    });
    const end = (served?: Served) => {
      socket.destroy();
      resolve(served);
    };
    socket.on('error', () => end()).on('timeout', () => end());
    socket.on('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      if (!raw) return end();
      const { authorizationError: distrust } = socket;
      end({
        certificate: factsOf(new X509Certificate(raw), now),
        protocol: socket.getProtocol() ?? '',
        ...(distrust ? { distrust: String(distrust) } : {}),
      });
    });
  });
}
