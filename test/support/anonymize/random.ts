/**
 * Chance, as a function of the number of a row: the same on every machine. `salt` makes columns independent of each other.
 * The functions lie in pg_temp: nothing of them is left in the database.
 */
export const FUNCTIONS = `
  CREATE FUNCTION pg_temp.r(i bigint, salt int, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(i, salt) & 9223372036854775807) % n $$;
  CREATE FUNCTION pg_temp.digits(i bigint, salt int, n int) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT lpad(pg_temp.r(i, salt, power(10, n)::bigint)::text, n, '0') $$;
  -- Men and women, years 1930 to 2009, departments 01 to 95 without Corsica.
  CREATE FUNCTION pg_temp.nir(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT n || lpad((97 - n::bigint % 97)::text, 2, '0') FROM (SELECT
      (1 + pg_temp.r(i, 1, 2))::text || lpad(((30 + pg_temp.r(i, 2, 80)) % 100)::text, 2, '0')
      || lpad((1 + pg_temp.r(i, 3, 12))::text, 2, '0') || lpad((21 + pg_temp.r(i, 4, 75))::text, 2, '0')
      || lpad((1 + pg_temp.r(i, 5, 700))::text, 3, '0') || lpad((1 + i % 999)::text, 3, '0') AS n) made $$;
  CREATE FUNCTION pg_temp.iban(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'FR' || lpad((98 - (bban || '152700')::numeric % 97)::text, 2, '0') || bban FROM (
      SELECT bank || branch || account
             || lpad((97 - (89 * bank::numeric + 15 * branch::numeric + 3 * account::numeric) % 97)::text, 2, '0') AS bban
        FROM (SELECT (ARRAY['30004', '30003', '20041', '10278', '14445'])[1 + pg_temp.r(i, 6, 5)] AS bank,
                     pg_temp.digits(i, 7, 5) AS branch, lpad((i * 7919 % 99999999999)::text, 11, '0') AS account) parts
    ) made $$;
  -- A valid SIREN by Luhn's sum.
  CREATE FUNCTION pg_temp.siren(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT n || ((10 - (SELECT sum(CASE WHEN p % 2 = 0 THEN (d * 2) / 10 + (d * 2) % 10 ELSE d END)
                          FROM (SELECT p, substr(n, p::int, 1)::int AS d FROM generate_series(1, 8) p) each) % 10) % 10)::text
      FROM (SELECT (30000000 + pg_temp.r(i, 8, 60000000))::text AS n) made $$;
  CREATE FUNCTION pg_temp.phone(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT (CASE WHEN i % 3 = 0 THEN '01' ELSE '06' END) || (CASE WHEN i % 3 = 0 THEN '4' ELSE '1' END) || pg_temp.digits(i, 9, 7) $$;
  CREATE FUNCTION pg_temp.spaced(t text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT trim(regexp_replace(t, '(..)', '\\1 ', 'g')) $$;
  CREATE FUNCTION pg_temp.plain(t text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT regexp_replace(translate(lower(t), 'àâäéèêëîïôöùûüç', 'aaaeeeeiioouuuc'), '[^a-z0-9]+', '', 'g') $$;`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** An array of words in SQL. */
export const list = (words: readonly string[]): string => `(ARRAY[${words.map(quoted).join(',')}])`;

/** One of some words, each as often as the others. */
export const pick = (words: readonly string[], i: string, salt: number): string =>
  `${list(words)}[1 + pg_temp.r(${i}, ${salt}, ${words.length})]`;

/** One of some words, the first ones far more often. */
export const pickSteeply = (words: readonly string[], i: string, salt: number): string =>
  `${list(words)}[1 + (${words.length} * power(pg_temp.r(${i}, ${salt}, 1000000) / 1000000.0, 2))::int % ${words.length}]`;
