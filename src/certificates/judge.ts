import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Problem } from '../shared/problem.ts';
import { factsOf } from './facts.ts';
import type { Pair } from './pair.ts';

/** Days before its end from which on a certificate is spoken of. */
const SOON = 30;

export interface Judged {
  /** Where the certificate comes from, for messages. */
  readonly file: string;
  readonly hostname: string;
  readonly now: Date;
}

/** Everything that would keep browsers from taking the pair for the host. Pure. */
export function judgePair({ chain, key }: Pair, judged: Judged): Problem[] {
  return [...judgeChain(chain, judged), ...judgeKey(chain[0], key, judged)];
}

/** What can be said of a certificate without its key. */
export function judgeChain(chain: Pair['chain'], judged: Judged): Problem[] {
  const [leaf] = chain;
  return [...judgeHost(leaf, judged), ...judgeDates(chain, judged), ...judgeOrder(chain, judged)];
}

function judgeKey(leaf: X509Certificate, key: KeyObject, { file }: Judged): Problem[] {
  const problems: Problem[] = [];
  if (!leaf.checkPrivateKey(key))
    problems.push({
      code: 'CERT_KEY_MISMATCH',
      title: 'the key is not the one of the certificate',
      detail: `The first certificate in ${file} is for ${factsOf(leaf, new Date(0)).subject}; the proxy serves the first one.`,
      place: { file },
      next: 'give the key that the certificate was asked for with, and put the server’s own certificate first in its file',
    });
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType === 'rsa' && bits !== undefined && bits < 2048)
    problems.push({
      code: 'CERT_KEY_WEAK',
      title: `the key has ${bits} bits; browsers refuse RSA below 2048`,
      place: { file },
      next: 'ask for a certificate with a key of 2048 bits or more, or an EC key',
    });
  return problems;
}

function judgeHost(leaf: X509Certificate, { file, hostname, now }: Judged): Problem[] {
  if (hostname === '') return [];
  const fits = isIP(hostname) ? leaf.checkIP(hostname) : leaf.checkHost(hostname, { subject: 'never' });
  if (fits !== undefined) return [];
  const { names, subject } = factsOf(leaf, now);
  return [
    {
      code: 'CERT_HOST_MISMATCH',
      title: `the certificate is not for ${hostname}`,
      detail: names.length > 0 ? `It is for ${names.join(', ')}.` : `It names no host (only the subject ${subject}).`,
      place: { file },
      next: `a certificate for ${hostname}, or coog config:set PROJECT_HOSTNAME ${names.find((n) => !n.includes('*')) ?? 'NAME'}`,
    },
  ];
}

function judgeDates(chain: Pair['chain'], { file, now }: Judged): Problem[] {
  return chain.flatMap((certificate, index): Problem[] => {
    const { subject, from, until, daysLeft } = factsOf(certificate, now);
    const which = index === 0 ? 'the certificate' : `the certificate of ${subject}, which vouches for it,`;
    if (Date.parse(until) <= now.getTime())
      return [
        {
          code: 'CERT_EXPIRED',
          title: `${which} ended on ${day(until)}`,
          place: { file },
          next: 'coog certs:create, or a new one from where this one comes from',
        },
      ];
    if (Date.parse(from) > now.getTime())
      return [
        {
          code: 'CERT_NOT_YET_VALID',
          title: `${which} begins on ${day(from)}`,
          detail: `The clock of this machine says ${now.toISOString()}.`,
          place: { file },
          next: 'wait until then, or set the clock',
        },
      ];
    if (daysLeft >= SOON) return [];
    return [
      {
        code: 'CERT_ENDS_SOON',
        severity: 'warning',
        title: `${which} ends on ${day(until)}, in ${daysLeft} days`,
        place: { file },
        next: 'coog certs:create, or a new one from where this one comes from',
      },
    ];
  });
}

/** RFC 8446, 4.4.2: each certificate directly certifies the one before it; some clients fail on any other order. */
function judgeOrder(chain: Pair['chain'], { file }: Judged): Problem[] {
  const at = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && !vouches(issuer, certificate);
  });
  if (at >= 0)
    return [
      {
        code: 'CERT_CHAIN_ORDER',
        title: `certificate ${at + 2} of the file does not vouch for certificate ${at + 1}`,
        detail: 'The server’s own comes first, then the one that issued it, and so on.',
        place: { file },
        next: 'cat SERVER.pem INTERMEDIATE.pem > cert.pem',
      },
    ];
  // Who publishes where its certificate is to be had stands between an authority and the server.
  if (chain.length > 1 || !/^CA Issuers/m.test(chain[0].infoAccess ?? '')) return [];
  return [
    {
      code: 'CERT_CHAIN_SHORT',
      severity: 'warning',
      title: 'the file has the server’s own certificate alone; browsers may miss the one that issued it',
      place: { file },
      next: 'put the certificates between it and the authority behind it in the file, when the authority has such',
    },
  ];
}

const vouches = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const day = (iso: string): string => iso.slice(0, 10);
