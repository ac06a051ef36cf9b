import { digestOf, SCHEMA } from './hash.ts';
import { type Pair, REMEMBERED, remember } from './pair.ts';
import type { SqlFunction } from './sql-function.ts';

/** Four digits, of the nine that a number has in all its spellings. */
const last = (nine: string): string => `translate(left(${digestOf('phone', nine)}, 4), 'abcdef', '012345')`;
const inPairs = (four: string): string => `overlay(${four} placing ' ' from 3 for 0)`;

const isMobile = `left(d, 1) IN ('6', '7')`;

/** What phoneOf does not know: any spelling. `translate` costs as much as the hash, and these numbers are rare. */
export const phoneFunction: SqlFunction = {
  name: 'phone',
  parameters: 'v text',
  returns: 'text',
  declare: `d text := right(translate(v, ' .-()/+', ''), 9); n text := ${last('d')};`,
  body: `
    IF v NOT LIKE '% %' THEN
      RETURN CASE WHEN v LIKE '+%' THEN '+33' WHEN v LIKE '00%' THEN '0033' ELSE '0' END
        || CASE WHEN ${isMobile} THEN '63998' ELSE '19900' END || n;
    END IF;
    RETURN CASE WHEN v LIKE '+%' THEN '+33 ' WHEN v LIKE '00%' THEN '0033 ' ELSE '0' END
      || CASE WHEN ${isMobile} THEN '6 39 98 ' ELSE '1 99 00 ' END || ${inPairs('n')};`,
};

/** What a pseudonym begins with: that of a mobile where the value has one of the beginnings. */
const beginning = (v: string, begins: readonly string[], mobile: string, other: string): string =>
  `CASE WHEN ${begins.map((begin) => `${v} LIKE '${begin}%'`).join(' OR ')} THEN '${mobile}' ELSE '${other}' END`;

const isCompact = (v: string): string => `${v} LIKE '+33_________'`;
const compactBeginning = (v: string): string => beginning(v, ['+336', '+337'], '+3363998', '+3319900');
const [NATIONAL, INTERNATIONAL] = [`LIKE '0_ __ __ __ __'`, `LIKE '+33 _ __ __ __ __'`];

/** The nine digits of a number in one of the two spellings with blanks. */
const nineOfSpaced = (v: string): string => `replace(right(${v}, 13), ' ', '')`;

/**
 * Number ranges that France keeps for films and books: 01 99 00 xx xx and 06 39 98 xx xx, in the spelling of the value. The
 * usual spellings stand in the expression itself, which takes half as long as the function.
 * @param keep what is done with the four last digits of a spelling with blanks
 */
export function phoneOf(v: string, keep: (four: string) => string = (four) => four): string {
  const spaced = inPairs(keep(last(nineOfSpaced(v))));
  return (
    `CASE WHEN ${isCompact(v)} THEN ${compactBeginning(v)} || ${last(`right(${v}, 9)`)} ` +
    `WHEN ${v} ${NATIONAL} THEN ${beginning(v, ['06', '07'], '06 39 98 ', '01 99 00 ')} || ${spaced} ` +
    `WHEN ${v} LIKE '0_________' AND ${v} NOT LIKE '00%' THEN ${beginning(v, ['06', '07'], '063998', '019900')} || ${last(`right(${v}, 9)`)} ` +
    `WHEN ${v} ${INTERNATIONAL} THEN ${beginning(v, ['+33 6', '+33 7'], '+33 6 39 98 ', '+33 1 99 00 ')} || ${spaced} ` +
    `ELSE ${SCHEMA}.phone(${v}) END`
  );
}

/** Of a column with blanks and one without. */
export const phonePair = (v: string, compact: string): Pair => ({
  first: phoneOf(v, remember),
  second:
    `CASE WHEN ${isCompact(compact)} AND (${v} ${NATIONAL} OR ${v} ${INTERNATIONAL}) AND right(${compact}, 9) = ${nineOfSpaced(v)} ` +
    `THEN ${compactBeginning(compact)} || ${REMEMBERED} ELSE ${phoneOf(compact)} END`,
});
