import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Problem, ProblemError } from '../shared/problem.ts';

/** A server's certificate with those that vouch for it, and its key. */
export interface Pair {
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  readonly key: KeyObject;
}

/** A file that a pair is read from: its name for people, and what is in it. */
export interface PemFile {
  readonly name: string;
  readonly content: string;
}

const certificatePattern =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Reads a pair in PEM. @throws ProblemError with everything that cannot be read */
export function readPair(certificate: PemFile, key: PemFile): Pair {
  const problems: Problem[] = [];
  const chain = attempt(problems, () => readChain(certificate));
  const secret = attempt(problems, () => readKey(key));
  if (!chain || !secret) throw new ProblemError(problems);
  return { chain, key: secret };
}

/** @throws ProblemError CERT_UNREADABLE */
export function readChain({ name, content }: PemFile): Pair['chain'] {
  const blocks = content.match(certificatePattern) ?? [];
  try {
    const [first, ...rest] = blocks.map((block) => new X509Certificate(block));
    if (first) return [first, ...rest];
  } catch {
    // Told below: OpenSSL's own words help nobody.
  }
  throw new ProblemError({
    code: 'CERT_UNREADABLE',
    title: blocks.length === 0 ? `${name} holds no certificate in PEM` : `a certificate in ${name} is damaged`,
    place: { file: name },
    next: content.includes('PRIVATE KEY')
      ? 'the certificate comes first, then the key: coog certs:install CERTIFICATE KEY'
      : `openssl x509 -inform DER -in ${name} -out cert.pem, when it is in DER`,
  });
}

function readKey({ name, content }: PemFile): KeyObject {
  try {
    return createPrivateKey(content);
  } catch {
    const isLocked = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(content);
    throw new ProblemError({
      code: 'CERT_KEY_UNREADABLE',
      title: isLocked ? `the key in ${name} is locked by a passphrase` : `${name} holds no private key in PEM`,
      place: { file: name },
      next: isLocked
        ? `openssl pkey -in ${name} -out key.pem asks for it; the proxy needs the key without`
        : 'the certificate comes first, then the key: coog certs:install CERTIFICATE KEY',
    });
  }
}

function attempt<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
