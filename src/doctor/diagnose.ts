import { coreChecks } from './checks/index.ts';
import { examine } from './examine.ts';
import type { FactsInput } from './facts.ts';
import type { CheckReport, Finding } from './types.ts';

export interface DoctorOptions {
  /** Milliseconds for all checks together. */
  readonly timeout: number;
  /** Mend what is safe to mend, then look again. */
  readonly fix: boolean;
}

export interface Diagnosis {
  readonly checks: readonly CheckReport[];
  /** What was mended, a sentence each. */
  readonly mended: readonly string[];
  readonly errors: number;
  readonly warnings: number;
}

/** Looks at a project. Changes nothing but what `fix` mends. */
export async function diagnose(options: DoctorOptions, input: Omit<FactsInput, 'signal'>): Promise<Diagnosis> {
  const first = await examine(coreChecks, input, options.timeout);
  const fixable = options.fix ? findingsOf(first).filter((finding) => finding.fix) : [];
  const mended: string[] = [];
  for (const { fix } of fixable) {
    await fix?.mend();
    mended.push(fix?.says ?? '');
  }
  const checks = fixable.length > 0 ? await examine(coreChecks, input, options.timeout) : first;
  const found = findingsOf(checks.filter(({ status }) => status !== 'hung'));
  const count = (severity: Finding['severity']) => found.filter((f) => f.severity === severity).length;
  return { checks, mended, errors: count('error'), warnings: count('warning') };
}

const findingsOf = (reports: readonly CheckReport[]): Finding[] => reports.flatMap(({ findings }) => findings);
