import { digestOf, withoutKeyInPlan } from './hash.ts';

/** Numbers that are taken from one digest, of four bytes each. */
const EACH = 8;

/**
 * A secret number below 2^32 for a number.
 * @param index an expression, not below 0, that costs little
 */
export const numberAt = (kind: string, index: string): string =>
  `('x' || substr(${digestOf(kind, `(${index} / ${EACH})`)}, (${index} % ${EACH} * 8 + 1)::int, 8))::bit(32)::bigint`;

/**
 * The same for all numbers below a count, as an array whose element 1 belongs to 0: a fifth of what they cost one by one.
 * Without the key in a plan, as a server may log those of functions.
 * @param count a multiple of 8
 */
export function numbersBelow(kind: string, count: number, modulus: number): string {
  const byte = (at: number): string => `get_byte(d, ${at})`;
  const numbers = Array.from({ length: EACH }, (_, i) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => byte(i * 4 + k));
    return `((${a}::bigint * 16777216 + ${b} * 65536 + ${c} * 256 + ${d}) % ${modulus})::int`;
  });
  const digests = `SELECT decode(${withoutKeyInPlan(digestOf(kind, 'i'))}, 'hex') AS d FROM generate_series(0, ${count / EACH - 1}) i OFFSET 0`;
  return `ARRAY(SELECT unnest(ARRAY[${numbers.join(', ')}]) FROM (${digests}) x)`;
}
