import type { X509Certificate } from 'node:crypto';

/** What a person wants to know of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  /** ISO 8601 */
  readonly from: string;
  readonly until: string;
  /** Whole days that are left; negative when it has ended. */
  readonly daysLeft: number;
  /** SHA-256, in hexadecimal with colons. */
  readonly fingerprint: string;
  readonly selfSigned: boolean;
}

const DAY = 86_400_000;

export function factsOf(certificate: X509Certificate, now: Date): CertificateFacts {
  const until = new Date(certificate.validTo);
  return {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    names: (certificate.subjectAltName ?? '').split(', ').filter(Boolean).map(withoutKind),
    from: new Date(certificate.validFrom).toISOString(),
    until: until.toISOString(),
    daysLeft: Math.floor((until.getTime() - now.getTime()) / DAY),
    fingerprint: certificate.fingerprint256,
    selfSigned: certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey),
  };
}

/** The common name of a distinguished name, or all of it on one line. */
function commonName(name: string | undefined): string {
  const lines = (name ?? '').split('\n');
  return lines.find((line) => line.startsWith('CN='))?.slice(3) ?? lines.join(', ');
}

const withoutKind = (name: string): string => name.replace(/^(DNS|IP Address):/, '');
