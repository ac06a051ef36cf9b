import { Random } from '../random.ts';

const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGHUP'] as const;

export interface Moment {
  readonly signal: (typeof SIGNALS)[number];
  /** Of the time that the command takes when nobody disturbs it. */
  readonly percent: number;
}

/**
 * How often a load is killed at a moment by chance; half as often a dump. The wish is 60. The same number gives the same
 * moments.
 */
const KILLS = Number(process.env.COOG_FAULTS_KILLS ?? 10);

/** One moment in each of as many equal parts of the time, the signals in turn. */
export function moments(what: 'dump' | 'load' | 'update'): Moment[] {
  const count = Math.max(1, Math.ceil(what === 'load' ? KILLS : KILLS / 2));
  const random = new Random(Number(process.env.COOG_FAULTS_SEED ?? what.charCodeAt(0)));
  return Array.from({ length: count }, (_, i) => ({
    signal: SIGNALS[i % SIGNALS.length] as Moment['signal'],
    percent: Math.floor(((i + random.below(1000) / 1000) * 100) / count),
  }));
}
