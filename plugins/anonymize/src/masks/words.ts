import { quoted, SCHEMA } from './hash.ts';
import { keptNumbers, numberAt, numbersBelow } from './numbers.ts';

/** Words that there are; a power of two. */
const PLACES = 2 ** 18;

/** Numbers of twelve hexadecimal digits, none of them a zero before the others. */
const [LEAST, COUNT] = [16n ** 11n, 15n * 16n ** 11n];

/** The largest number of an int; and one without a divisor that it shares with COUNT, so that different numbers give different words. */
const [MOST, SPREAD] = [2 ** 31 - 1, 2_654_435_761];

/** The name of the function that makes what all words are made of. */
export const wordNumbers = 'word_numbers';

export const wordFunction = keptNumbers(wordNumbers, numbersBelow('word', PLACES, MOST));

/**
 * A word for what need not be told apart for certain: one of 260,000, at the place that a hash of the value names. The place is no
 * secret, the word at it is. Costs a quarter of a hash with a key.
 */
export function sharedWordOf(kind: string, value: string, many: boolean): string {
  const place = `(hashtext(${quoted(`${kind}:`)} || ${value}) & ${PLACES - 1})`;
  const number = many ? `(${SCHEMA}.${wordNumbers}())[${place} + 1]` : `(${numberAt('word', place)} % ${MOST})`;
  return `to_hex(${number}::bigint * ${SPREAD} % ${COUNT} + ${LEAST})`;
}
