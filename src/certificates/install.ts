import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { type OperationContext, planOrRefuse } from '../operations/index.ts';
import { removeStaleTemporaries, writeFilesAtomically } from '../shared/atomic-write.ts';
import { throwErrors } from '../shared/problem.ts';
import { type CertificateFacts, factsOf } from './facts.ts';
import { judgePair } from './judge.ts';
import { type PemFile, readPair } from './pair.ts';
import { type CertificatePlace, certificatePlace } from './place.ts';
import { readText } from './read-text.ts';
import { restartProxy } from './restart.ts';

export interface Installed {
  readonly certificate: CertificateFacts;
  /** Relative to the project where they lie in it. */
  readonly files: readonly string[];
  /** What was there before, under its new name. */
  readonly kept: readonly string[];
  /** The proxy ran and was restarted with the new pair. */
  readonly restarted: boolean;
}

/**
 * Puts a pair into the place that the proxy reads, after everything about it was found to fit.
 * @throws ProblemError CERT_… with all that does not fit, nothing changed
 */
export async function installCertificate(
  paths: { readonly certificate: string; readonly key: string },
  context: OperationContext,
): Promise<Installed> {
  const plan = await planOrRefuse(context);
  const [certificate, key] = await Promise.all([readPem(paths.certificate), readPem(paths.key)]);
  return putInPlace({ certificate, key }, certificatePlace(plan), plan.name, context);
}

/** As `installCertificate`, for a pair that was read or made. */
export async function putInPlace(
  pair: { readonly certificate: PemFile; readonly key: PemFile },
  place: CertificatePlace,
  project: string,
  context: OperationContext,
): Promise<Installed> {
  const now = context.now();
  const read = readPair(pair.certificate, pair.key);
  const { name } = pair.certificate;
  context.tell(throwErrors(judgePair(read, { file: name, hostname: place.hostname, now })));
  await removeStaleTemporaries(dirname(place.certificate));
  const kept = await keepOld([place.certificate, place.key], now);
  // The certificate is no secret, but a folder of which some files may be read invites mistakes.
  await writeFilesAtomically([
    { path: place.key, content: pair.key.content, mode: 0o600 },
    { path: place.certificate, content: pair.certificate.content, mode: 0o600 },
  ]);
  const short = (path: string) => shown(path, context.request.folder);
  const certificate = factsOf(read.chain[0], now);
  return {
    certificate,
    files: [short(place.certificate), short(place.key)],
    kept: kept.map(short),
    restarted: await restartProxy(project, place, certificate.fingerprint, context),
  };
}

/** Copies, so that at every moment a whole pair is in the place. */
async function keepOld(paths: readonly string[], now: Date): Promise<string[]> {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const kept: string[] = [];
  for (const path of paths) {
    const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (content === undefined) continue;
    const aside = path.replace(/\.pem$/, `.replaced-${stamp}.pem`);
    await writeFilesAtomically([{ path: aside, content, mode: 0o600 }]);
    kept.push(aside);
  }
  return kept;
}

async function readPem(path: string): Promise<PemFile> {
  return { name: path, content: await readText(path) };
}

const shown = (path: string, folder: string): string => {
  const short = relative(folder, resolve(path));
  return short.startsWith('..') ? path : short;
};
