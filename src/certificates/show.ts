import { type OperationContext, planOrRefuse } from '../operations/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { CertificateFacts } from './facts.ts';
import { type JudgedOnDisk, judgeOnDisk } from './on-disk.ts';
import { type CertificatePlace, certificatePlace } from './place.ts';
import { type Served, servedCertificate } from './served.ts';

export interface CertificateReport {
  readonly hostname: string;
  readonly port: number;
  /** Where the proxy gets its certificate. */
  readonly source: 'file' | 'letsencrypt';
  /** The pair in the project's place; absent when there is none that can be read. */
  readonly file?: CertificateFacts;
  /** What the port answers with; absent when nothing there speaks TLS. */
  readonly served?: Served;
  readonly problems: readonly Problem[];
}

/** What certificate the project has, what is served on its port now, and what is wrong with either. Changes nothing. */
export async function showCertificate(context: OperationContext): Promise<CertificateReport> {
  const place = certificatePlace(await planOrRefuse(context));
  const now = context.now();
  const [onDisk, served] = await Promise.all([
    place.byAuthority ? NOTHING : readPlace(place, now),
    servedCertificate(place.hostname, place.port, now),
  ]);
  return {
    hostname: place.hostname,
    port: place.port,
    source: place.byAuthority ? 'letsencrypt' : 'file',
    ...(onDisk.file ? { file: onDisk.file } : {}),
    ...(served ? { served } : {}),
    problems: [...onDisk.problems, ...differences(onDisk.file, served)],
  };
}

const NOTHING: JudgedOnDisk = { problems: [] };

/** Whatever is wrong is a warning here: looking does not fail by it. */
async function readPlace(place: CertificatePlace, now: Date): Promise<JudgedOnDisk> {
  const { problems, ...found } = await judgeOnDisk({ ...place, now });
  return { ...found, problems: problems.map(asWarning) };
}

function differences(file: CertificateFacts | undefined, served: Served | undefined): Problem[] {
  if (!file || !served || file.fingerprint === served.certificate.fingerprint) return [];
  return [
    {
      code: 'CERT_NOT_SERVED',
      severity: 'warning',
      title: `the port serves another certificate (${served.certificate.subject}) than the one of the project`,
      next: 'coog restart reverse-proxy, then coog logs reverse-proxy',
    },
  ];
}

const asWarning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' });
