import { describe, expect, it } from 'vitest';
import { type Candidate, type RetentionPolicy, selectBackups } from '../../../../src/database/archive/index.ts';
import { Random } from '../../../support/random.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = new Date('2026-07-01T12:00:00Z');

interface Simulated extends Candidate {
  readonly id: number;
}

const make = (created: string, state: Candidate['state'] = 'unverified', database = 'coog'): Candidate => ({
  project: 'demo',
  database,
  created: new Date(created),
  state,
});

const kept = (backups: readonly Candidate[], policy: RetentionPolicy, at = now): string[] =>
  selectBackups(backups, policy, at)
    .filter((d) => d.keep)
    .map((d) => d.backup.created.toISOString().slice(0, 16));

describe('the choice of backups', () => {
  it('keeps the last', () => {
    const backups = ['2026-06-01T00:00Z', '2026-06-03T00:00Z', '2026-06-02T00:00Z'].map((d) => make(d));
    expect(kept(backups, { keepLast: 2 })).toEqual(['2026-06-03T00:00', '2026-06-02T00:00']);
  });

  it('counts days in UTC and takes the newest of each, whatever lies between them', () => {
    const days = ['2026-06-01T00:00Z', '2026-06-01T23:59Z', '2026-06-02T00:00Z', '2026-01-09T10:00Z'].map((d) =>
      make(d),
    );
    expect(kept(days, { keepDaily: 2 })).toEqual(['2026-06-01T23:59', '2026-06-02T00:00']);
    expect(kept(days, { keepDaily: 3 })).toEqual(['2026-06-01T23:59', '2026-06-02T00:00', '2026-01-09T10:00']);
  });

  it('counts weeks as ISO 8601 does: the 1st of January 2027 is in week 53 of 2026', () => {
    const weeks = [
      '2026-12-27T12:00Z',
      '2026-12-28T12:00Z',
      '2027-01-01T12:00Z',
      '2027-01-03T12:00Z',
      '2027-01-04T12:00Z',
    ];
    const later = new Date('2027-02-01T00:00:00Z');
    expect(
      kept(
        weeks.map((d) => make(d)),
        { keepWeekly: 5 },
        later,
      ),
    ).toEqual(['2026-12-27T12:00', '2027-01-03T12:00', '2027-01-04T12:00']);
  });

  it('counts months', () => {
    const months = ['2026-04-30T23:59Z', '2026-05-01T00:00Z', '2026-05-31T23:59Z', '2025-05-31T00:00Z'].map((d) =>
      make(d),
    );
    expect(kept(months, { keepMonthly: 2 })).toEqual(['2026-04-30T23:59', '2026-05-31T23:59']);
  });

  it('keeps what any rule keeps, and says which', () => {
    const [only] = selectBackups(
      [make('2026-06-01T00:00Z', 'verified')],
      { keepLast: 1, keepDaily: 7, keepMonthly: 2 },
      now,
    );
    expect(only?.reasons).toEqual(['last 1', 'daily 1', 'monthly 1', 'the newest verified']);
  });

  it('is made for each project and database by itself', () => {
    const backups = [make('2026-06-01T00:00Z'), make('2026-05-01T00:00Z', 'unverified', 'other')];
    expect(kept(backups, { keepLast: 1 }).length).toBe(2);
    const tricky = [
      { ...make('2026-06-01T00:00Z'), project: 'a', database: 'b-c' },
      { ...make('2026-05-01T00:00Z'), project: 'a-b', database: 'c' },
      { ...make('2026-04-01T00:00Z'), project: 'a","b', database: 'c' },
    ];
    expect(kept(tricky, { keepLast: 1 }).length).toBe(3);
  });

  it('always keeps the newest verified one', () => {
    const backups = [make('2020-01-01T00:00Z', 'verified'), make('2026-06-01T00:00Z'), make('2026-06-02T00:00Z')];
    expect(kept(backups, { keepLast: 1 })).toEqual(['2020-01-01T00:00', '2026-06-02T00:00']);
  });

  it('gives no place to damaged ones, and keeps them only while there is no good one', () => {
    const damaged = [make('2026-06-02T00:00Z', 'damaged'), make('2026-06-03T00:00Z', 'damaged')];
    expect(kept(damaged, { keepLast: 1 }).length).toBe(2);
    expect(kept([...damaged, make('2026-05-01T00:00Z')], { keepLast: 1 })).toEqual(['2026-05-01T00:00']);
  });

  it('never removes what has no manifest, nor counts it', () => {
    const backups = [make('2026-06-03T00:00Z', 'unknown'), make('2026-06-02T00:00Z'), make('2026-06-01T00:00Z')];
    expect(kept(backups, { keepLast: 1 })).toEqual(['2026-06-03T00:00', '2026-06-02T00:00']);
  });

  it('never removes what is dated in the future, nor counts it', () => {
    const backups = [
      make('2099-01-01T00:00Z', 'verified'),
      make('2026-06-02T00:00Z'),
      make('2026-06-01T00:00Z', 'verified'),
    ];
    expect(kept(backups, { keepLast: 1 }).length).toBe(3);
    expect(kept(backups.slice(0, 2), { keepLast: 1 })).toContain('2026-06-02T00:00');
  });

  it('removes nothing without a rule', () => {
    const backups = [make('2026-06-03T00:00Z'), make('2020-06-02T00:00Z', 'damaged')];
    for (const policy of [{}, { keepLast: 0 }, { keepLast: 0, keepDaily: 0 }])
      expect(kept(backups, policy).length).toBe(2);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d as a number', (count) => {
    expect(() => selectBackups([], { keepDaily: count }, now)).toThrow(RangeError);
  });

  it('decides about each once, in the given order, and changes nothing', () => {
    const backups = Object.freeze([make('2026-06-01T00:00Z'), make('2026-06-02T00:00Z')]);
    expect(selectBackups(backups, { keepLast: 1 }, now).map((d) => d.backup)).toEqual(backups);
  });
});

/** What the rules mean, said in another way: slowly, a backup at a time. */
function oracle(backups: readonly Simulated[], policy: RetentionPolicy, at: Date): Set<number> {
  const keep = new Set<number>();
  if (!Object.values(policy).some((n) => n > 0)) return new Set(backups.map((b) => b.id));
  for (const b of backups) {
    const group = backups.filter((o) => o.project === b.project && o.database === b.database);
    const isPast = (o: Simulated) => o.created.getTime() - at.getTime() <= DAY;
    const good = group.filter((o) => isPast(o) && ['verified', 'unverified'].includes(o.state));
    const newer = (o: Simulated, than: Simulated) =>
      o.created > than.created || (o.created.getTime() === than.created.getTime() && o.id < than.id);
    if (b.state === 'unknown' || !isPast(b)) keep.add(b.id);
    if (b.state === 'damaged' && good.length === 0) keep.add(b.id);
    if (!good.includes(b)) continue;
    if (good.filter((o) => newer(o, b)).length < (policy.keepLast ?? 0)) keep.add(b.id);
    if (b.state === 'verified' && !good.some((o) => o.state === 'verified' && newer(o, b))) keep.add(b.id);
    const periods: [number | undefined, (time: Date) => number | string][] = [
      [policy.keepDaily, (t) => Math.floor(t.getTime() / DAY)],
      // The 5th of January 1970 was a Monday.
      [policy.keepWeekly, (t) => Math.floor((t.getTime() / DAY - 4) / 7)],
      [policy.keepMonthly, (t) => t.getUTCFullYear() * 12 + t.getUTCMonth()],
    ];
    for (const [count = 0, period] of periods) {
      const own = period(b.created);
      const isNewestOfPeriod = !good.some((o) => period(o.created) === own && newer(o, b));
      const laterPeriods = new Set(good.map((o) => period(o.created)).filter((p) => p > own));
      if (isNewestOfPeriod && laterPeriods.size < count) keep.add(b.id);
    }
  }
  return keep;
}

/** Three years in which a cron makes backups, misses some, and some of them go bad. */
function simulate(random: Random): Simulated[] {
  const backups: Simulated[] = [];
  const end = Date.UTC(2026, 6, 1, 12);
  const every = random.pick([6, 12, 24, 24, 50]);
  for (let hour = 0; hour < 3 * 365 * 24; hour += every) {
    if (random.chance(10)) continue;
    const state = random.pick(['verified', 'unverified', 'unverified', 'unverified', 'damaged', 'unknown'] as const);
    const minutes = random.chance(5) ? 0 : random.below(50);
    backups.push({
      id: backups.length,
      project: random.pick(['demo', 'live']),
      database: random.pick(['coog', 'coog', 'test']),
      created: new Date(end - hour * 60 * 60 * 1000 - minutes * 60_000 + (random.chance(1) ? 5 * DAY : 0)),
      state,
    });
  }
  return backups;
}

describe('over three years of simulated backups', () => {
  it.each(Array.from({ length: 12 }, (_, i) => i + 1))('run %d keeps what the oracle keeps', (seed) => {
    const random = new Random(seed);
    const backups = simulate(random).slice(0, 700);
    const shuffled = [...backups].sort((a, b) => ((a.id * 7919) % 1009) - ((b.id * 7919) % 1009));
    const rule = (most: number): object => (random.chance(60) ? { n: random.below(most) } : {});
    const { n: keepLast } = rule(10) as { n?: number };
    const { n: keepDaily } = rule(15) as { n?: number };
    const { n: keepWeekly } = rule(10) as { n?: number };
    const { n: keepMonthly } = rule(40) as { n?: number };
    const policy = Object.fromEntries(
      Object.entries({ keepLast, keepDaily, keepWeekly, keepMonthly }).filter(([, n]) => n !== undefined),
    ) as RetentionPolicy;
    const decisions = selectBackups(seed % 2 ? backups : shuffled, policy, now);
    const found = decisions.filter((d) => d.keep).map((d) => (d.backup as Simulated).id);
    const wanted = oracle(backups, policy, now);
    // Of two with the same time either may stay.
    const times = (ids: Iterable<number>) => [...ids].map((id) => timeOf(backups[id])).sort();
    expect(times(found)).toEqual(times(wanted));
    expect(decisions.every((d) => d.reasons.length > 0)).toBe(true);
  });

  it('a removal a day never removes the newest verified nor the last good one', () => {
    const random = new Random(99);
    const all = simulate(random).reverse();
    let present: Simulated[] = [];
    for (let day = 0; day < 3 * 365; day += 3) {
      const at = new Date(Date.UTC(2023, 6, 2, 12) + day * DAY);
      const come = all.filter((b) => b.created <= at && b.created.getTime() > at.getTime() - 3 * DAY);
      const before = [...present, ...come];
      present = selectBackups(before, { keepLast: 3, keepDaily: 7, keepWeekly: 4, keepMonthly: 6 }, at)
        .filter((d) => d.keep)
        .map((d) => d.backup);
      for (const [group, members] of Map.groupBy(before, (b) => `${b.project} ${b.database}`)) {
        const left = present.filter((b) => `${b.project} ${b.database}` === group);
        const newest = (list: Simulated[]) =>
          Math.max(...list.filter((b) => b.state === 'verified').map((b) => b.created.getTime()));
        expect(newest(left)).toBe(newest(members));
        if (members.some((b) => b.state === 'unverified' || b.state === 'verified'))
          expect(left.some((b) => b.state === 'unverified' || b.state === 'verified')).toBe(true);
      }
    }
    expect(present.filter((b) => b.state !== 'unknown').length).toBeLessThan(4 * 25);
  });
});

const timeOf = (backup?: Simulated): string =>
  `${backup?.project} ${backup?.database} ${backup?.state === 'unknown'} ${backup?.created.toISOString()}`;
