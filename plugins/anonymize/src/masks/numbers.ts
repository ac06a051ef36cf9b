import { digestOf, KEY_SETTING, SCHEMA, withoutKeyInPlan } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

/** Numbers that are taken from one digest, of four bytes each. */
const EACH = 8;

/**
 * A secret number below 2^32 for a number.
 * @param index an expression, not below 0, that costs little
 */
export const numberAt = (kind: string, index: string): string =>
  `('x' || encode(substr(${digestOf(kind, `(${index} / ${EACH})`)}, (${index} % ${EACH} * 4 + 1)::int, 4), 'hex'))::bit(32)::bigint`;

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
  const digests = `SELECT ${withoutKeyInPlan(digestOf(kind, 'i'))} AS d FROM generate_series(0, ${count / EACH - 1}) i OFFSET 0`;
  return `ARRAY(SELECT unnest(ARRAY[${numbers.join(', ')}]) FROM (${digests}) x)`;
}

/** The setting in which a session keeps numbers that it has made, and that of the key by which it did. */
const keptSettings = (name: string): readonly [numbers: string, by: string] => [
  `${SCHEMA}.${name}`,
  `${SCHEMA}.${name}_by`,
];

/**
 * A function that makes numbers when it is first asked, for every statement of the session: to read them from a setting takes a
 * sixth of it.
 * @param numbers what makes them, as an array of int
 */
export function keptNumbers(name: string, numbers: string): SqlFunction {
  const [kept, by] = keptSettings(name).map((setting) => `'${setting}'`);
  const key = `current_setting('${KEY_SETTING}')`;
  return {
    name,
    parameters: '',
    returns: 'int[]',
    immutable: true,
    body: `
    IF current_setting(${by}, true) IS DISTINCT FROM ${key} THEN
      PERFORM set_config(${kept}, (${numbers})::text, false), set_config(${by}, ${key}, false);
    END IF;
    RETURN current_setting(${kept})::int[];`,
  };
}

/** What makes a session forget them, as an expression. */
export const forgetting = (names: readonly string[]): string =>
  names
    .flatMap(keptSettings)
    .map((setting) => `set_config('${setting}', '', false)`)
    .join(', ');
