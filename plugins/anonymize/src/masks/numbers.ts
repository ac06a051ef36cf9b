import { digestOf, SCHEMA, withoutKeyInPlan } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

/** Numbers that are taken from one digest, of four bytes each. */
const EACH = 8;

/** What they are divided by: the largest int. */
const MOST = 2 ** 31 - 1;

/**
 * Secret numbers, as an array of int: a fifth of what they would cost one by one. Without the key in a plan, as a server may log
 * those of functions.
 * @param count a multiple of 8
 */
export function secretNumbers(kind: string, count: number): string {
  const byte = (at: number): string => `get_byte(d, ${at})`;
  const numbers = Array.from({ length: EACH }, (_, i) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => byte(i * 4 + k));
    return `((${a}::bigint * 16777216 + ${b} * 65536 + ${c} * 256 + ${d}) % ${MOST})::int`;
  });
  const digests = `SELECT ${withoutKeyInPlan(digestOf(kind, 'i'))} AS d FROM generate_series(0, ${count / EACH - 1}) i OFFSET 0`;
  return `ARRAY(SELECT unnest(ARRAY[${numbers.join(', ')}]) FROM (${digests}) x)`;
}

/**
 * Functions that make numbers when they are first asked, and keep them for every statement of the session: the second one asks
 * the first one, which says to be immutable, so that its own plan holds the answer. DISCARD PLANS forgets them.
 * @param numbers what makes them, as an array of bigint
 */
export const keptNumbers = (name: string, numbers: string): readonly SqlFunction[] => [
  { name: `make_${name}`, parameters: '', returns: `bigint[]`, immutable: true, body: `RETURN ${numbers};` },
  { name, parameters: '', returns: `bigint[]`, immutable: true, body: `RETURN ${SCHEMA}.make_${name}();` },
];
