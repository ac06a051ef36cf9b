import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { SecureVersion, TLSSocket } from 'node:tls';

export interface Asked {
  readonly scheme: 'http' | 'https';
  /** Of this machine. */
  readonly port: number;
  readonly hostname: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An authority that must vouch for the server; without it any certificate will do. */
  readonly authority?: string;
  readonly version?: SecureVersion;
}

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly protocol?: string;
  readonly certificate?: X509Certificate;
}

/** One request on a connection of its own; redirects are not followed. Rejects when there is no answer. */
export function request({ scheme, port, hostname, path, ...asked }: Asked): Promise<Answered> {
  const { method = 'GET', authority, version } = asked;
  const common = { host: '127.0.0.1', port, path, method, agent: false, headers: { ...asked.headers, host: hostname } };
  const tls = {
    servername: hostname,
    rejectUnauthorized: authority !== undefined,
    ...(authority === undefined ? {} : { ca: authority }),
    // OpenSSL refuses the old versions by itself, unless it is told to be lenient.
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
  };
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: http.IncomingMessage) => {
      const socket = scheme === 'https' ? (answer.socket as TLSSocket) : undefined;
      const raw = socket?.getPeerCertificate().raw;
      const parts: string[] = [];
      answer.setEncoding('utf8').on('data', (part: string) => parts.push(part));
      answer.on('error', reject).on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: parts.join(''),
          ...(socket ? { protocol: socket.getProtocol() ?? '' } : {}),
          ...(raw ? { certificate: new X509Certificate(raw) } : {}),
        }),
      );
    };
    const sent = scheme === 'https' ? https.request({ ...common, ...tls }, onAnswer) : http.request(common, onAnswer);
    sent.on('error', reject).setTimeout(30_000, () => sent.destroy(new Error(`no answer to ${path} in 30 s`)));
    sent.end();
  });
}
