import 'reflect-metadata';
import { generateKeyPairSync, type KeyPairKeyObjectResult, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its key in PEM, made for one test. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  readonly names?: readonly string[];
  readonly subject?: string;
  readonly from?: Date;
  readonly until?: Date;
  readonly rsaBits?: number;
  /** Where the certificate of its authority is to be had. */
  readonly issuerUrl?: string;
  /** An authority of `issueAuthority`; without it the certificate vouches for itself. */
  readonly by?: Issued;
  readonly isAuthority?: boolean;
}

const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = (bits: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: bits,
});
const year = 365 * 86_400_000;

export const now = new Date('2026-06-01T12:00:00Z');

/** Whatever certificate a test wants, valid around `now` unless it says otherwise. */
export async function issue(options: IssueOptions = {}): Promise<Issued> {
  const { names = [], subject = names[0] ?? 'nobody', by, rsaBits } = options;
  const algorithm = rsaBits === undefined ? ec : rsa(rsaBits);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const extensions: x509.Extension[] = [new x509.BasicConstraintsExtension(options.isAuthority === true)];
  if (names.length > 0)
    extensions.push(
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value })),
      ),
    );
  if (options.issuerUrl) extensions.push(new x509.AuthorityInfoAccessExtension({ caIssuers: options.issuerUrl }));
  const common = {
    notBefore: options.from ?? new Date(now.getTime() - year),
    notAfter: options.until ?? new Date(now.getTime() + year),
    extensions,
  };
  const made = by
    ? await x509.X509CertificateGenerator.create({
        ...common,
        subject: [{ CN: [subject] }],
        issuer: new x509.X509Certificate(by.certificate).subjectName.toJSON(),
        publicKey: keys.publicKey,
        signingKey: await importKey(by.key),
        signingAlgorithm: ec,
      })
    : await x509.X509CertificateGenerator.createSelfSigned({
        ...common,
        name: [{ CN: [subject] }],
        keys,
        signingAlgorithm: algorithm,
      });
  return { certificate: `${made.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
}

export const issueAuthority = (subject: string, by?: Issued): Promise<Issued> =>
  issue({ subject, isAuthority: true, ...(by ? { by } : {}) });

/** A key that asks for a passphrase. */
export function lockedKey(): string {
  const { privateKey }: KeyPairKeyObjectResult = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

const importKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'), ec, true, [
    'sign',
  ]);
