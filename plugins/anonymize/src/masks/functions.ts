import { keyFunction, numberOf, padded, SCHEMA } from './hash.ts';
import { ibanFunction } from './iban.ts';
import { nirFunctions } from './nir.ts';
import { phoneFunction } from './phone.ts';
import { secretFunctions, WORD, wordOf } from './secret.ts';
import { type SqlFunction, spelled } from './sql-function.ts';

/** A word and the blank after it. */
const STEP = WORD + 1;

/** What is no longer becomes one word. */
const SHORT = Math.floor(1.5 * STEP);

/** The pseudonym of a text: a word, as often as makes it about as long. */
export function textOf(value: string, kind: string, many: boolean): string {
  const word = wordOf(kind, value, many);
  const times = `((octet_length(${value}) + ${Math.floor(STEP / 2)}) / ${STEP})`;
  return `CASE WHEN octet_length(${value}) <= ${SHORT} THEN ${word} ELSE left(repeat(${word} || ' ', ${times}), ${times} * ${STEP} - 1) END`;
}

/** The digit that makes a number valid after Luhn (ISO 7812) when it is put behind it. */
const luhn: SqlFunction = {
  name: 'luhn',
  parameters: 'v text',
  returns: 'text',
  declare: 's int := 0; d int; i int;',
  body: `
    FOR i IN 1..length(v) LOOP
      d := substr(v, length(v) + 1 - i, 1)::int * CASE WHEN i % 2 = 1 THEN 2 ELSE 1 END;
      s := s + d / 10 + d % 10;
    END LOOP;
    RETURN ((10 - s % 10) % 10)::text;`,
};

/** 00 and seven digits: no company has such a one. An establishment's number (SIRET) keeps its company's. */
const siren: SqlFunction = {
  name: 'siren',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := translate(v, ' .-', ''); o text;`,
  body: `
    o := '00' || ${padded(`${numberOf('siren', 'left(c, 9)')} % 1000000`, 6)};
    o := o || ${SCHEMA}.luhn(o);
    IF length(c) < 14 THEN RETURN o; END IF;
    o := o || ${padded(`${numberOf('siren', 'c')} % 10000`, 4)};
    RETURN o || ${SCHEMA}.luhn(o);`,
};

/** A number with as many digits, and its sign; a fraction goes. */
const digits: SqlFunction = {
  name: 'digits',
  parameters: 'v numeric',
  returns: 'numeric',
  declare: `n int := length(trunc(abs(v))::text); m numeric := power(10::numeric, least(n, 15) - 1);`,
  body: `RETURN trunc(sign(v) * trunc(m + ${numberOf('digits', 'v::text')}::numeric % (m * 9)) * power(10::numeric, n - least(n, 15)), 0);`,
};

/**
 * Words for texts, other numbers for those of five digits and more. What Tryton writes as an object with `__class__` stays
 * readable to it: dates keep their year, decimals stay decimals.
 */
const json: SqlFunction = {
  name: 'json',
  parameters: 'v jsonb, keep text[]',
  returns: 'jsonb',
  declare: `k text := jsonb_typeof(v); c text := v ->> '__class__';`,
  body: `
    IF k = 'string' THEN
      RETURN CASE WHEN v = '""' THEN v ELSE to_jsonb(${textOf("(v #>> '{}')", 'json', true)}) END;
    ELSIF k = 'number' THEN
      RETURN CASE WHEN abs((v #>> '{}')::numeric) < 10000 THEN v ELSE to_jsonb(${SCHEMA}.digits((v #>> '{}')::numeric)) END;
    ELSIF k = 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(${SCHEMA}.json(e, keep) ORDER BY o), '[]') FROM jsonb_array_elements(v) WITH ORDINALITY x(e, o));
    ELSIF c IN ('date', 'datetime') THEN
      RETURN v || '{"month": 1, "day": 1}';
    ELSIF c = 'Decimal' AND v ->> 'decimal' ~ '^-?[0-9]+(\\.[0-9]*)?$' THEN
      RETURN CASE WHEN abs((v ->> 'decimal')::numeric) < 10000 THEN v
             ELSE v || jsonb_build_object('decimal', ${SCHEMA}.digits((v ->> 'decimal')::numeric)::text) END;
    ELSIF c IN ('bytes', 'bytearray') THEN
      RETURN v || '{"base64": ""}';
    ELSIF c IN ('time', 'timedelta') THEN
      RETURN v;
    ELSIF k = 'object' THEN
      RETURN (SELECT coalesce(jsonb_object_agg(x.key, CASE
                       WHEN x.key = ANY (keep) OR jsonb_typeof(x.value) IN ('boolean', 'null') THEN x.value
                       ELSE ${SCHEMA}.json(x.value, keep) END), '{}')
                FROM jsonb_each(v) x);
    END IF;
    RETURN v;`,
};

/** JSON that stands in a text column; what is none becomes words. */
const jsonText: SqlFunction = {
  name: 'json_text',
  parameters: 'v text, keep text[]',
  returns: 'text',
  body: `
    RETURN ${SCHEMA}.json(v::jsonb, keep)::text;
    EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN RETURN ${textOf('v', 'json', true)};`,
};

/** Statements that make the functions of the masks that are too long for an expression. */
export const maskFunctions: readonly string[] = [
  keyFunction,
  ...[...secretFunctions, ...nirFunctions, phoneFunction, ibanFunction, luhn, siren, digits, json, jsonText].map(
    spelled,
  ),
];
