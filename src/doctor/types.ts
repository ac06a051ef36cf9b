import type { Place, Problem } from '../shared/problem.ts';
import type { Facts } from './facts.ts';

export type Severity = 'info' | 'warning' | 'error';

/** Mends what was found without stopping, replacing or removing anything that somebody may need. */
export interface Fix {
  /** What was done, told afterwards. */
  readonly says: string;
  readonly mend: () => Promise<void>;
}

export interface Finding {
  readonly severity: Severity;
  /** One sentence; never holds the value of a secret. */
  readonly title: string;
  /** By what one can see it. */
  readonly evidence?: string;
  readonly place?: Place;
  /** The cure, as one command where there is one. */
  readonly next?: string;
  /** Code of the problem, where another command would tell the same. */
  readonly code?: string;
  readonly fix?: Fix;
}

export interface Check {
  /** Stable: scripts may look for it. Documented in docs/doctor.md. */
  readonly id: string;
  /** What is looked at, in words. */
  readonly title: string;
  /** Looks, and changes nothing. Rejects with `Unavailable` when something that it needs is not to be had. */
  readonly look: (facts: Facts) => Promise<readonly Finding[]>;
}

/** `hung`: it gave no answer in time, which is a finding by itself. `skipped`: what it needs was not to be had. */
export type Status = 'ok' | Severity | 'skipped' | 'hung';

export interface CheckReport {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  /** Milliseconds. */
  readonly took: number;
  /** Of one that was skipped: why. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
}

/** A check needs something that is not to be had, and that another check tells about. */
export class Unavailable extends Error {}

export const ofProblem = ({ code, title, detail, place, next, severity }: Problem): Finding => ({
  severity: severity ?? 'error',
  title,
  code,
  ...(detail === undefined ? {} : { evidence: detail }),
  ...(place === undefined ? {} : { place }),
  ...(next === undefined ? {} : { next }),
});
