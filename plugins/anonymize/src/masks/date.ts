import type { Given } from './given.ts';
import { secretOfDay } from './secret.ts';

const DAYS = 180;

/** A date, or a date and time, moved by up to so many days, never by 0: all of a day by the same. */
export function dateOf(value: string, days: number | undefined, { many = false, type }: Given): string {
  const most = Math.trunc(days ?? DAYS);
  const day = type === 'date' ? value : `${value}::date`;
  const number = secretOfDay(`${day} - date '2000-01-01'`, many);
  const shift = `coalesce(nullif((${number} % ${2 * most})::int - ${most}, 0), ${most})`;
  const moved = type === 'date' ? `${value} + ${shift}` : `${value} + ${shift} * interval '1 day'`;
  return `CASE WHEN isfinite(${value}) THEN ${moved} ELSE ${value} END`;
}
