import { capital, keyFunction, numberIn, numberOf, padded, SCHEMA, WORD, wordIn, wordOf } from './hash.ts';

interface SqlFunction {
  readonly name: string;
  readonly parameters: string;
  readonly returns: string;
  readonly declare?: string;
  readonly body: string;
}

const spelled = ({ name, parameters, returns, declare, body }: SqlFunction): string =>
  [
    `CREATE FUNCTION ${SCHEMA}.${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql STABLE PARALLEL SAFE AS $f$`,
    ...(declare ? [`DECLARE ${declare}`] : []),
    `BEGIN ${body} END $f$`,
  ].join('\n');

/** A word and the blank after it. */
const STEP = WORD + 1;

/** What is no longer becomes one word. */
const SHORT = Math.floor(1.5 * STEP);

/** The pseudonym of a text: a word, as often as makes it about as long. */
export function textOf(value: string, kind: string): string {
  const word = wordOf(`text:${kind}`, value);
  const times = `((length(${value}) + ${STEP / 2}) / ${STEP})`;
  return `CASE WHEN length(${value}) <= ${SHORT} THEN ${word} ELSE left(repeat(${word} || ' ', ${times}), ${times} * ${STEP} - 1) END`;
}

/** Two words with capitals, of a name's digest. */
const fullName: SqlFunction = {
  name: 'full_name',
  parameters: 'd text',
  returns: 'text',
  body: `RETURN ${capital(`(${wordIn('d', 0)} || ' ' || ${wordIn('d', 1)})`)};`,
};

/** A number and a name, of a street's digest. */
const street: SqlFunction = {
  name: 'street',
  parameters: 'd text',
  returns: 'text',
  body: `RETURN (${numberIn('d', 1)} % 98 + 1) || ' rue ' || ${capital(wordIn('d'))};`,
};

const isMobile = `left(d, 1) IN ('6', '7')`;

/**
 * Number ranges that France keeps for films and books: 01 99 00 xx xx and 06 39 98 xx xx. `translate` costs as much as the hash,
 * and numbers with anything but spaces between their digits are rare.
 */
const phone: SqlFunction = {
  name: 'phone',
  parameters: 'v text',
  returns: 'text',
  declare: `d text := right(replace(v, ' ', ''), 9); n text;`,
  body: `
    IF d ~ '[^0-9]' THEN d := right(translate(v, ' .-()/+', ''), 9); END IF;
    n := ${padded(`${numberOf('phone', 'd')} % 10000`, 4)};
    IF v NOT LIKE '% %' THEN
      RETURN CASE WHEN v LIKE '+%' THEN '+33' WHEN v LIKE '00%' THEN '0033' ELSE '0' END
        || CASE WHEN ${isMobile} THEN '63998' ELSE '19900' END || n;
    END IF;
    RETURN CASE WHEN v LIKE '+%' THEN '+33 ' WHEN v LIKE '00%' THEN '0033 ' ELSE '0' END
      || CASE WHEN ${isMobile} THEN '6 39 98 ' ELSE '1 99 00 ' END || left(n, 2) || ' ' || right(n, 2);`,
};

/** One round of the network below: a number that depends on the key, the round, the sex and half of the other number. */
const round = (number: number, half: string): string => numberOf('nir', `(${number}0000000 + s * 1000000 + ${half})`);

/** A pattern: a bound like {13} in it would double what it costs. */
const NUMBER = `'^[1-9][0-9]+$'`;
const month = 'n / 100000000 % 100';

/**
 * A permutation of the numbers of people of one sex, by a Feistel network of four rounds over year, month and the eight digits of place and
 * order: different numbers stay different. Months 1-12 and 20-42 (and others, which no number has) become 50-99. The key: 97
 * minus the rest of the division by 97, Corsica's 2A and 2B counted as 19 and 18 (INSEE).
 */
const nir: SqlFunction = {
  name: 'nir',
  parameters: 'v text',
  returns: 'text',
  declare: 'c text := v; d text := v; s bigint := 1; n bigint; l bigint; r bigint;',
  body: `
    IF length(v) < 13 OR v !~ ${NUMBER} THEN
      c := upper(translate(v, ' .-', ''));
      d := left(c, 5) || replace(replace(substr(c, 6, 2), '2A', '19'), '2B', '18') || substr(c, 8, 6);
      IF length(d) < 13 OR d !~ ${NUMBER} THEN d := NULL; END IF;
    END IF;
    IF d IS NULL THEN
      n := ${numberOf('no nir', 'c')} % 500000000000;
      l := n / 1000000;
    ELSE
      n := left(d, 13)::bigint;
      s := n / 1000000000000;
      l := (n / 10000000000 % 100 * 50 + CASE WHEN ${month} BETWEEN 1 AND 12 THEN ${month} - 1 WHEN ${month} BETWEEN 20 AND 42 THEN ${month} - 8 ELSE ${month} % 50 END)
        * 100 + n / 1000000 % 100;
    END IF;
    r := n % 1000000;
    l := (l + ${round(1, 'r')}) % 500000;
    r := (r + ${round(2, 'l')}) % 1000000;
    l := (l + ${round(3, 'r')}) % 500000;
    r := (r + ${round(4, 'l')}) % 1000000;
    n := ((s * 100 + l / 5000) * 100 + 50 + l / 100 % 50) * 100000000 + l % 100 * 1000000 + r;
    RETURN CASE WHEN length(c) < 15 THEN n ELSE n * 100 + 97 - n % 97 END;`,
};

/** The rest of the division by 97 of a power of ten. */
const rest = (power: number): number => Number(10n ** BigInt(power) % 97n);

/**
 * France, bank 99999, which does not exist: RIB key and check digits (ISO 13616, ISO 7064) are valid. Another number: X and 16
 * digits. In the pattern `+` costs less than a bound.
 */
const iban: SqlFunction = {
  name: 'iban',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := upper(replace(v, ' ', '') COLLATE "C"); n bigint := ${numberOf('iban', 'c')} % 10000000000000000; a bigint := n % 100000000000; b bigint := n / 100000000000; k bigint; o text; e text;`,
  body: `
    IF length(c) NOT BETWEEN 14 AND 34 OR c !~ '^[A-Z][A-Z][0-9][0-9][A-Z0-9]+$' THEN RETURN 'X' || ${padded('n', 16)}; END IF;
    k := 97 - (89 * 99999 + 15 * b + 3 * a) % 97;
    e := 'FR' || ${padded(`98 - (99999 * ${rest(24)} + b * ${rest(19)} + a % 97 * ${rest(8)} + k * ${rest(6)} + 152700) % 97`, 2)};
    o := ${padded('n * 100 + k', 18)};
    IF v NOT LIKE '% %' THEN RETURN e || '99999' || o; END IF;
    RETURN e || ' 9999 9' || left(o, 3)${[4, 8, 12].map((from) => ` || ' ' || substr(o, ${from}, 4)`).join('')} || ' ' || right(o, 3);`,
};

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
      RETURN CASE WHEN v = '""' THEN v ELSE to_jsonb(${textOf("(v #>> '{}')", 'json')}) END;
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
    EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN RETURN ${textOf('v', 'json')};`,
};

/** Statements that make the functions of the masks that are too long for an expression. */
export const maskFunctions: readonly string[] = [
  keyFunction,
  ...[fullName, street, phone, nir, iban, luhn, siren, digits, json, jsonText].map(spelled),
];
