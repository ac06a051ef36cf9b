import { examine } from '../../src/doctor/examine.ts';
import { type CheckReport, coreChecks } from '../../src/doctor/index.ts';
import { type Files, folderWith } from './folder.ts';
import { minimal } from './planning.ts';
import { core, fakeHook } from './plugins.ts';

export interface Patient {
  readonly files?: Files;
  /** Lines behind the minimal env.custom. */
  readonly env?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly node?: string;
  readonly folder?: string;
  /** Ids of the checks that are made. */
  readonly only: readonly string[];
}

/** Makes some checks of a project of these files, with the real core and, unless said otherwise, no engine. */
export async function examined(patient: Patient): Promise<Record<string, CheckReport>> {
  const folder =
    patient.folder ?? (await folderWith({ 'env.custom': `${minimal}${patient.env ?? ''}`, ...patient.files }));
  const reports = await examine(
    coreChecks.filter(({ id }) => patient.only.includes(id)),
    {
      request: {
        folder,
        environment: { PATH: process.env.PATH, DOCKER_HOST: 'unix:///nowhere/docker.sock', ...patient.environment },
        runHook: await fakeHook([]),
        cli: core,
        without: new Set(),
      },
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      now: patient.now ?? new Date(),
      node: patient.node ?? process.versions.node,
    },
    30_000,
  );
  return Object.fromEntries(reports.map((report) => [report.id, report]));
}

/** The findings of one check, as severity, title and cure. */
export async function findings(id: string, patient: Omit<Patient, 'only'>): Promise<CheckReport['findings']> {
  const { [id]: report } = await examined({ ...patient, only: [id] });
  if (!report) throw new Error(`there is no check ${id}`);
  return report.findings;
}
