import type { Given } from './given.ts';
import { numberOf, SCHEMA, withoutKeyInPlan } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

const DAYS = 180;

/** Days that people are born, and most else happens. */
const [FIRST, LAST] = ['1900-01-01', '2049-12-31'];

/** Days from -most to most, never 0. */
const shiftOf = (value: string, most: number | string): string =>
  `coalesce(nullif((${numberOf('date', `${value}::text`)} % (2 * ${most}))::int - ${most}, 0), ${most})`;

/** The shifts of all days from FIRST to LAST: 55,000, which takes an eighth of a second. */
export const shiftsFunction: SqlFunction = {
  name: 'shifts',
  parameters: 'most int',
  returns: 'int[]',
  immutable: true,
  body: `RETURN ARRAY(SELECT ${withoutKeyInPlan(shiftOf('d', 'most'))}
           FROM (SELECT date '${FIRST}' + i AS d FROM generate_series(0, date '${LAST}' - date '${FIRST}') i) x);`,
};

/** A date, or a date and time, moved by up to so many days. */
export function dateOf(value: string, days: number | undefined, { many, type }: Given): string {
  const most = Math.trunc(days ?? DAYS);
  const one = `${value} + ${shiftOf(value, most)} * interval '1 day'`;
  if (!many || type !== 'date') return one;
  return (
    `CASE WHEN ${value} BETWEEN date '${FIRST}' AND date '${LAST}' ` +
    `THEN ${value} + (${SCHEMA}.shifts(${most}))[${value} - date '${FIRST}' + 1] ELSE (${one})::date END`
  );
}
