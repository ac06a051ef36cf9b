import { padded, SCHEMA } from './hash.ts';
import { smallSecretOf } from './secret.ts';
import type { SqlFunction } from './sql-function.ts';

/**
 * Four digits, of the nine that a number has in all its spellings. Ten thousand pseudonyms are all that there are, so that some
 * hundred thousand phones have each.
 */
function lastOf(nine: string, many: boolean, form: '0000' | '00 00'): string {
  const number = `${smallSecretOf('phone', nine, many)} % 10000`;
  return form === '0000' ? padded(number, 4) : `to_char(${number}, 'FM${form}')`;
}

const isMobile = `left(d, 1) IN ('6', '7')`;

/** What phoneOf does not know: any spelling. `translate` costs much, and these numbers are rare. */
export const phoneFunction: SqlFunction = {
  name: 'phone',
  parameters: 'v text',
  returns: 'text',
  declare: `d text := right(translate(v, ' .-()/+', ''), 9);`,
  body: `
    IF v NOT LIKE '% %' THEN
      RETURN CASE WHEN v LIKE '+%' THEN '+33' WHEN v LIKE '00%' THEN '0033' ELSE '0' END
        || CASE WHEN ${isMobile} THEN '63998' ELSE '19900' END || ${lastOf('d', true, '0000')};
    END IF;
    RETURN CASE WHEN v LIKE '+%' THEN '+33 ' WHEN v LIKE '00%' THEN '0033 ' ELSE '0' END
      || CASE WHEN ${isMobile} THEN '6 39 98 ' ELSE '1 99 00 ' END || ${lastOf('d', true, '00 00')};`,
};

/** What a pseudonym begins with: that of a mobile where the value has one of the beginnings. */
const beginning = (v: string, begins: readonly string[], mobile: string, other: string): string =>
  `CASE WHEN ${begins.map((begin) => `${v} LIKE '${begin}%'`).join(' OR ')} THEN '${mobile}' ELSE '${other}' END`;

/**
 * Number ranges that France keeps for films and books: 01 99 00 xx xx and 06 39 98 xx xx, in the spelling of the value. The
 * usual spellings stand in the expression itself, which takes half as long as the function.
 */
export function phoneOf(v: string, many: boolean): string {
  const compact = lastOf(`right(${v}, 9)`, many, '0000');
  const spaced = lastOf(`replace(right(${v}, 13), ' ', '')`, many, '00 00');
  return (
    `CASE WHEN ${v} LIKE '+33_________' THEN ${beginning(v, ['+336', '+337'], '+3363998', '+3319900')} || ${compact} ` +
    `WHEN ${v} LIKE '0_ __ __ __ __' THEN ${beginning(v, ['06', '07'], '06 39 98 ', '01 99 00 ')} || ${spaced} ` +
    `WHEN ${v} LIKE '0_________' AND ${v} NOT LIKE '00%' THEN ${beginning(v, ['06', '07'], '063998', '019900')} || ${compact} ` +
    `WHEN ${v} LIKE '+33 _ __ __ __ __' THEN ${beginning(v, ['+33 6', '+33 7'], '+33 6 39 98 ', '+33 1 99 00 ')} || ${spaced} ` +
    `ELSE ${SCHEMA}.phone(${v}) END`
  );
}
