import type { SchemaColumn } from './types.ts';

/** Types that hold numbers, truth or time and nothing else. Everything that is not here must be classified, types of tomorrow too. */
const plain = new Set([
  ...['bool', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'money'],
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'uuid'],
  ...['oid', 'xid', 'xid8', 'cid', 'tid', 'pg_lsn', 'regclass', 'regtype', 'regproc', 'regprocedure'],
]);

/** Of dates and numbers: births, deaths, and numbers of people and their accounts. */
const personal =
  /birth|death|dece(?:s|ased)|naiss|(?:^|_)dob(?:_|$)|ssn|(?:^|_)nir(?:_|$)|siren|siret|iban|phone|mobile|passport|licen[cs]e_n|secu(?:rite)?_?soc/i;

/** Whether a rule must say what happens to a column: whatever can hold text, JSON or bytes, and what sounds personal. */
export function mustBeClassified(column: SchemaColumn): boolean {
  if (column.generated) return false;
  if (!plain.has(column.base)) return true;
  return column.base !== 'bool' && personal.test(column.name);
}
