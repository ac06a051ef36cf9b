import { SCHEMA } from './hash.ts';

/**
 * Columns of which the second has the same as the first in a compact spelling, as Tryton keeps numbers: what the first made is not
 * made again. ALTER evaluates a row's columns in the order in which it names them.
 */
export interface Pair {
  readonly first: string;
  readonly second: string;
}

/** A setting of the session: all that an expression can leave to another one. Costs a quarter of a hash. */
const SETTING = `${SCHEMA}.of_first`;

/** An expression's value, left to the second column. */
export const remember = (expression: string): string => `set_config('${SETTING}', ${expression}, false)`;

/** What the first column left; only where it is certain that it did, in this row. */
export const REMEMBERED = `current_setting('${SETTING}')`;
