import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, userInfo } from 'node:os';

/** PEM */
export interface MadePair {
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;
/** Days; macOS and iOS refuse a server's certificate that is valid for longer than 825. */
const SERVER_DAYS = 820;
const AUTHORITY_DAYS = 3650;
/** Clocks of other machines may be behind. */
const BEHIND = DAY;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Loaded when it is needed: few commands do. */
async function library(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** An authority that may vouch for servers and not for other authorities. */
export async function makeAuthority(now: Date): Promise<MadePair> {
  const x509 = await library();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ O: ['coog development authority'] }, { CN: [`coog ${userInfo().username}@${hostname()}`] }],
    notBefore: new Date(now.getTime() - BEHIND),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: withNewline(certificate.toString('pem')), key: await exportKey(keys.privateKey) };
}

/** A server's pair for a host name or an address, signed by an authority. */
export async function makeServerPair(name: string, authority: MadePair, now: Date): Promise<MadePair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await importKey(authority.key);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // A common name has at most 64 characters; what counts is the alternative name.
    subject: [{ CN: [name.slice(0, 64)] }],
    issuer: issuer.subjectName.toJSON(),
    notBefore: new Date(now.getTime() - BEHIND),
    notAfter: new Date(now.getTime() + SERVER_DAYS * DAY),
    signingAlgorithm: algorithm,
    signingKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: isIP(name) ? 'ip' : 'dns', value: name }]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: withNewline(certificate.toString('pem')), key: await exportKey(keys.privateKey) };
}

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** 126 random bits, positive and without leading zeros (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
}

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
