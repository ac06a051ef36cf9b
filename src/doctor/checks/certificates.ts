import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, Unavailable } from '../types.ts';

/** Days before the end from which a certificate is told. */
const SOON = 30;
const DAY = 86_400_000;

export const certificateChecks: readonly Check[] = [
  {
    id: 'certificate',
    title: 'the certificate fits the host name and its key, and holds for some time',
    look: async (facts) => {
      const { certificate, key, folder } = await pairOf(facts);
      if (!certificate) {
        if (await isForeign(facts)) throw new Unavailable('certificates come from elsewhere');
        throw new Unavailable(`${folder} holds no certificate`);
      }
      return judge(certificate, key, { folder, host: await facts.value('PROJECT_HOSTNAME'), now: facts.now });
    },
  },
  {
    id: 'https',
    title: 'the scheme that people use is one that is served',
    look: async (facts) => {
      const scheme = await facts.value('MAIN_URL_SCHEME');
      const { certificate, folder } = await pairOf(facts);
      if (scheme === 'https' && !certificate && !(await isForeign(facts)))
        return [
          {
            severity: 'warning',
            title:
              'MAIN_URL_SCHEME is https, and there is no certificate: browsers warn, and refuse calls of the API (CORS)',
            place: { file: folder },
            next: 'coog certs:create, or coog certs:install FILE KEY',
          },
        ];
      if (scheme === 'http' && certificate) {
        const title =
          'there is a certificate, and people are sent to http: opened by https, browsers get "Not allowed by CORS"';
        return [{ severity: 'info', title, next: 'coog certs:enable' }];
      }
      return [];
    },
  },
];

/** Let's Encrypt, or something in front of the project that ends TLS. */
async function isForeign(facts: Facts): Promise<boolean> {
  const [acme, redirect] = await Promise.all([facts.value('ENABLE_LETSENCRYPT'), facts.value('REDIRECT_TO_HTTPS')]);
  return ['1', 'true'].includes(acme) || ['0', 'false'].includes(redirect);
}

async function pairOf(facts: Facts): Promise<{ folder: string; certificate?: string; key?: string }> {
  const path = await facts.value('TRAEFIK_CERTS_PATH');
  if (path === '') throw new Unavailable('the project has no proxy');
  const folder = resolve(facts.folder, path);
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const [certificate, key] = await Promise.all([read('cert.pem'), read('key.pem')]);
  return { folder, ...(certificate ? { certificate } : {}), ...(key ? { key } : {}) };
}

interface Expected {
  readonly folder: string;
  readonly host: string;
  readonly now: Date;
}

/** What is wrong with a pair (PEM). */
export function judge(certificate: string, key: string | undefined, { folder, host, now }: Expected): Finding[] {
  const place = { file: join(folder, 'cert.pem') };
  const next = 'put a new cert.pem and key.pem there, then: coog restart reverse-proxy';
  let read: X509Certificate;
  try {
    read = new X509Certificate(certificate);
  } catch (error) {
    return [
      { severity: 'error', title: 'cert.pem is no certificate', evidence: (error as Error).message, place, next },
    ];
  }
  const findings: Finding[] = [];
  const tell = (severity: Finding['severity'], title: string, evidence: string) =>
    findings.push({ severity, title, evidence, place, next });
  const days = Math.floor((Date.parse(read.validTo) - now.getTime()) / DAY);
  if (days < 0) tell('error', 'the certificate has expired', `until ${read.validTo}`);
  else if (days < SOON) tell('warning', `the certificate expires in ${days} days`, `until ${read.validTo}`);
  if (Date.parse(read.validFrom) > now.getTime())
    tell('error', 'the certificate is not valid yet', `from ${read.validFrom}`);
  if (host !== '' && read.checkHost(host) === undefined)
    tell('error', `the certificate is not for ${host}`, read.subjectAltName ?? read.subject);
  if (key === undefined) tell('error', 'there is no key.pem beside the certificate', folder);
  else if (!fits(read, key)) tell('error', 'key.pem is not the key of the certificate', folder);
  return findings;
}

function fits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
