import { readFile } from 'node:fs/promises';
import { type OperationContext, planOrRefuse } from '../operations/index.ts';
import { isWarning, ProblemError } from '../shared/problem.ts';
import { ensureAuthority } from './authority.ts';
import { factsOf } from './facts.ts';
import { type Installed, putInPlace } from './install.ts';
import { judgePair } from './judge.ts';
import { makeServerPair } from './make.ts';
import { mkcertPair } from './mkcert.ts';
import { readPair } from './pair.ts';
import { type CertificatePlace, certificatePlace } from './place.ts';

export interface Created extends Installed {
  readonly by: 'mkcert' | 'coog';
  /** The certificate that a machine must trust to trust this one. */
  readonly authority: string;
}

/**
 * Makes a pair for the project's host name which this machine can be told to trust: with mkcert where it is there, else
 * with an authority of the user's own.
 * @throws ProblemError CERT_EXISTS where a pair that fits lies already, unless `replace`
 */
export async function createCertificate(
  options: { readonly replace: boolean },
  context: OperationContext,
): Promise<Created> {
  const plan = await planOrRefuse(context);
  const place = certificatePlace(plan);
  if (!options.replace) await refuseWhenOneFits(place, context.now());
  const made = await makePair(place.hostname, context);
  const pair = {
    certificate: { name: 'the new certificate', content: made.certificate },
    key: { name: 'the new key', content: made.key },
  };
  return { ...(await putInPlace(pair, place, plan.name, context)), by: made.by, authority: made.authority };
}

async function makePair(hostname: string, context: OperationContext) {
  const byMkcert = await mkcertPair(hostname, context).catch((error: Error) => {
    context.say(`! ${error.message.split('\n')[0]}: the certificate is made without mkcert`);
    return undefined;
  });
  if (byMkcert) return { ...byMkcert, by: 'mkcert' as const };
  const authority = await ensureAuthority(context.request.environment, context.now());
  const made = await makeServerPair(hostname, authority, context.now());
  return { ...made, by: 'coog' as const, authority: authority.file };
}

/** What was bought or asked for is not replaced by the way; a pair that does not fit is of no use to anybody. */
async function refuseWhenOneFits(place: CertificatePlace, now: Date): Promise<void> {
  const texts = await Promise.all([place.certificate, place.key].map((path) => readFile(path, 'utf8').catch(() => '')));
  const [certificate = '', key = ''] = texts;
  const pair = attempt(() =>
    readPair({ name: place.certificate, content: certificate }, { name: place.key, content: key }),
  );
  if (!pair) return;
  const judged = judgePair(pair, { file: place.certificate, hostname: place.hostname, now });
  if (judged.some((problem) => !isWarning(problem) || problem.code === 'CERT_ENDS_SOON')) return;
  const { issuer, until } = factsOf(pair.chain[0], now);
  throw new ProblemError({
    code: 'CERT_EXISTS',
    title: `a certificate for ${place.hostname} by ${issuer} is there already, until ${until.slice(0, 10)}`,
    place: { file: place.certificate },
    next: 'coog certs:create --replace keeps the old one aside',
  });
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
