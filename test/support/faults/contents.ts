/** How many rows the tables have: `large` takes some seconds to load, `small` is for faults that are found before. */
export type Size = 'large' | 'small';

const ROWS = { large: 12_000, small: 300 } as const;

/** Bytes of a document, in pieces of 16, none of which can be compressed. */
const PIECES = 64;

/** Statements that fill a database with what a copy could lose something of. */
export const filling = (size: Size): string[] => {
  const rows = ROWS[size];
  return [
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    'CREATE EXTENSION IF NOT EXISTS unaccent',
    `CREATE TYPE mood AS ENUM ('gaie', 'triste', 'l''une ou l''autre')`,
    'CREATE TABLE ir_module (id serial PRIMARY KEY, name text, state text)',
    `INSERT INTO ir_module (name, state) VALUES ('ir', 'activated'), ('party', 'activated')`,
    'CREATE TABLE res_user (id serial PRIMARY KEY, login text)',
    `INSERT INTO res_user (login) VALUES ('admin')`,
    `CREATE TABLE party (id serial PRIMARY KEY, name text NOT NULL, code text UNIQUE, note jsonb, raw json,
       balance numeric(16, 2), share numeric, born date, at timestamptz, mood mood)`,
    `INSERT INTO party (name, code, note, raw, balance, share, born, at, mood)
       SELECT 'Müller ' || md5(i::text) || E'\\t"it''s" \\\\ \\\\. \\n€ 日本 ' || i, 'P' || i,
              CASE WHEN i % 3 > 0 THEN jsonb_build_object('é', i, 'nested', jsonb_build_array(NULL, 'a"b', i / 7.0)) END,
              CASE WHEN i % 5 > 0 THEN '{"b": 1,  "a" : [1.0]}'::json END,
              CASE WHEN i % 7 > 0 THEN i * 1.01 - 1e6 END, CASE WHEN i % 11 = 0 THEN 'NaN' ELSE 1 / i::numeric END,
              date '1900-01-01' + i, timestamptz '2020-02-29 12:00+01' + i * interval '1.000001 s',
              (enum_range(NULL::mood))[1 + i % 3]
         FROM generate_series(1, ${rows / 2}) i`,
    `CREATE TABLE document (id bigserial PRIMARY KEY, party int NOT NULL REFERENCES party, body bytea,
       size int GENERATED ALWAYS AS (octet_length(body)) STORED)`,
    `INSERT INTO document (party, body)
       SELECT 1 + i % ${rows / 2}, (SELECT string_agg(decode(md5(i || ':' || n), 'hex'), ''::bytea)
                              FROM generate_series(1, ${PIECES}) n)
         FROM generate_series(1, ${rows}) i`,
    `CREATE TABLE "Ligne d'été; ""x""" ("Prix; TTC" numeric CHECK ("Prix; TTC" >= 0),
       document bigint REFERENCES document ON DELETE CASCADE)`,
    `INSERT INTO "Ligne d'été; ""x""" SELECT i / 3.0, i FROM generate_series(1, ${rows / 2}) i`,
    'CREATE TABLE nothing (id int PRIMARY KEY)',
    'CREATE SEQUENCE invoice_number START 4711 INCREMENT 3',
    `SELECT nextval('invoice_number') FROM generate_series(1, 5)`,
    'CREATE INDEX party_words ON party USING gin (name gin_trgm_ops)',
    'CREATE INDEX ON document (party)',
    'CREATE VIEW rich AS SELECT name, balance FROM party WHERE balance > 0',
    'CREATE SCHEMA archive',
    'CREATE TABLE archive.event (id int, at date NOT NULL) PARTITION BY RANGE (at)',
    `CREATE TABLE archive.event_2020 PARTITION OF archive.event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')`,
    `INSERT INTO archive.event SELECT i, date '2020-01-01' + i FROM generate_series(1, 300) i`,
    `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.at := now(); RETURN NEW; END$$`,
    'CREATE TRIGGER stamp BEFORE UPDATE ON party FOR EACH ROW EXECUTE FUNCTION stamp()',
  ];
};

/** Statements after which every table that matters is another one than in any backup. */
export const changing = (mark: string): string[] => [
  'DROP TABLE IF EXISTS only_here',
  `CREATE TABLE only_here AS SELECT '${mark}' AS mark, i FROM generate_series(1, 50) i`,
  `UPDATE party SET code = 'live ${mark} ' || id WHERE id % 5 = 0`,
  `DELETE FROM "Ligne d'été; ""x""" WHERE document % 9 = 0`,
  `SELECT nextval('invoice_number')`,
];
