import type { Backup } from './list.ts';

/** How many backups stay; a rule that is left out keeps none by itself. */
export interface RetentionPolicy {
  /** The newest. */
  readonly keepLast?: number;
  /** The newest of each of the last days (UTC) that have one. */
  readonly keepDaily?: number;
  /** The newest of each of the last weeks (ISO 8601, UTC) that have one. */
  readonly keepWeekly?: number;
  /** The newest of each of the last months (UTC) that have one. */
  readonly keepMonthly?: number;
}

/** What the choice needs to know of a backup. */
export interface Candidate {
  readonly project: string;
  readonly database: string;
  readonly created: Date;
  /**
   * `verified` and `unverified` are good. `damaged`: its last verification failed. `unknown`: no usable manifest; coog cannot
   * know what it is, and never removes it.
   */
  readonly state: 'verified' | 'unverified' | 'damaged' | 'unknown';
}

export interface Decision<T extends Candidate> {
  readonly backup: T;
  readonly keep: boolean;
  /** In words; several where several rules keep it. */
  readonly reasons: readonly string[];
}

/** Milliseconds that clocks may differ before a backup counts as made in the future. */
const CLOCK_SKEW = 24 * 60 * 60 * 1000;

/**
 * Chooses, by project and database, which backups stay. Pure. Only good ones fill the places of a rule. These always stay: the
 * newest verified one; damaged ones as long as there is no good one; those without a manifest; those dated in the future, which
 * count for nothing. A policy without any rule keeps everything.
 * @returns a decision for each, in the order in which they were given
 * @throws RangeError for a number that is no count
 */
export function selectBackups<T extends Candidate>(
  backups: readonly T[],
  policy: RetentionPolicy,
  now: Date,
): Decision<T>[] {
  for (const [rule, count] of Object.entries(policy))
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new RangeError(`${rule} must be a whole number, not ${count}`);
  const hasRule = Object.values(policy).some((count) => count > 0);
  const reasons = new Map<T, string[]>(backups.map((backup) => [backup, []]));
  const keep = (backup: T | undefined, reason: string): void => void (backup && reasons.get(backup)?.push(reason));
  for (const group of Map.groupBy(backups, ({ project, database }) => JSON.stringify([project, database])).values()) {
    const newestFirst = group.toSorted((a, b) => b.created.getTime() - a.created.getTime());
    const past = newestFirst.filter((b) => b.created.getTime() <= now.getTime() + CLOCK_SKEW);
    const good = past.filter((b) => b.state === 'verified' || b.state === 'unverified');
    if (!hasRule) for (const backup of group) keep(backup, 'no rule was given');
    for (const backup of newestFirst) {
      if (backup.state === 'unknown') keep(backup, 'it has no manifest');
      else if (!past.includes(backup)) keep(backup, 'it is dated in the future');
      else if (backup.state === 'damaged' && good.length === 0) keep(backup, 'it is damaged, but there is no good one');
    }
    for (const rule of rules) {
      const byPeriod = [...Map.groupBy(good, rule.period).values()].slice(0, policy[rule.name] ?? 0);
      for (const [index, [newest]] of byPeriod.entries()) keep(newest, `${rule.reason} ${index + 1}`);
    }
    keep(
      good.find((b) => b.state === 'verified'),
      'the newest verified',
    );
  }
  return backups.map((backup) => decide(backup, reasons.get(backup) ?? []));
}

function decide<T extends Candidate>(backup: T, reasons: readonly string[]): Decision<T> {
  if (reasons.length > 0) return { backup, keep: true, reasons };
  return { backup, keep: false, reasons: [backup.state === 'damaged' ? 'it is damaged' : 'no rule keeps it'] };
}

interface Rule {
  readonly name: keyof RetentionPolicy;
  readonly reason: string;
  /** What backups of one period have in common. */
  readonly period: (backup: Candidate, index: number) => string;
}

const rules: readonly Rule[] = [
  { name: 'keepLast', reason: 'last', period: (_, index) => `${index}` },
  { name: 'keepDaily', reason: 'daily', period: ({ created }) => created.toISOString().slice(0, 10) },
  { name: 'keepWeekly', reason: 'weekly', period: ({ created }) => isoWeek(created) },
  { name: 'keepMonthly', reason: 'monthly', period: ({ created }) => created.toISOString().slice(0, 7) },
];

const DAY = 24 * 60 * 60 * 1000;

/** A week belongs to the year that has its Thursday. */
function isoWeek(time: Date): string {
  const midnight = Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate());
  const thursday = new Date(midnight + (3 - ((time.getUTCDay() + 6) % 7)) * DAY);
  const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * DAY)) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/** A listed backup as the choice sees it. */
export function candidateOf(backup: Backup): Candidate & { readonly file: Backup } {
  const { manifest, created } = backup;
  const { project = '', database = '', verified, damaged } = manifest ?? {};
  const state = !manifest ? 'unknown' : damaged ? 'damaged' : verified ? 'verified' : 'unverified';
  return { project, database, created, state, file: backup };
}
