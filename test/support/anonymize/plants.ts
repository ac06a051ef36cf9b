import { deflateSync, gzipSync } from 'node:zlib';
import type { Connection } from '../../../src/database/server/index.ts';

/** Somebody real, of whom something is hidden. */
export interface Person {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly iban: string;
  readonly nir: string;
}

/** A place where something real is put; it must be named by the hit. */
export interface Plant {
  readonly what: string;
  readonly table: string;
  readonly column: string;
  readonly put: (connection: Connection, person: Person) => Promise<unknown>;
}

/** Somebody whose name few others have. */
export async function somebody({ query }: Connection): Promise<Person> {
  const [row] = await query<Record<keyof Person, string>>(
    `SELECT p.first_name AS first, p.name AS last, m.value AS email, a.number_compact AS iban, p.ssn AS nir
       FROM party_party p
       JOIN party_contact_mechanism m ON m.party = p.id AND m.type = 'email'
       JOIN "bank_account-party_party" o ON o.owner = p.id
       JOIN bank_account_number a ON a.account = o.account
      WHERE p.is_person AND length(p.name) BETWEEN 8 AND 12 AND length(p.first_name) > 5 AND p.ssn IS NOT NULL
        AND p.id > 1041 AND NOT EXISTS (SELECT FROM party_party q WHERE q.name = p.name AND q.id <> p.id)
      ORDER BY p.id LIMIT 1`,
  );
  if (!row) throw new Error('nobody has a name of his own');
  return row;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const bytes = (buffer: Buffer): string => `'\\x${buffer.toString('hex')}'::bytea`;
const nameOf = ({ first, last }: Person): string => `${first} ${last}`;

/** Columns that go out with one real value in one row. */
function inColumns(): Plant[] {
  const columns: readonly (readonly [string, string, (person: Person) => string])[] = [
    ['party_party', 'name', nameOf],
    ['party_party', 'code', ({ nir }) => nir],
    ['party_party__history', 'name', nameOf],
    ['party_party__history', 'first_name', nameOf],
    ['party_party__history', 'ssn', ({ nir }) => nir],
    ['party_address', 'name', ({ last }) => last],
    ['party_address', 'street', ({ last, first }) => `chez ${first} ${last}`],
    ['party_address__history', 'party_name', ({ last, first }) => `${last.toUpperCase()} ${first}`],
    ['party_contact_mechanism', 'value', ({ email }) => email],
    ['party_contact_mechanism', 'comment', (person) => `demander ${nameOf(person)} après 18 heures`],
    ['party_contact_mechanism__history', 'value_compact', ({ email }) => email.toUpperCase()],
    ['party_identifier', 'code', ({ nir }) => nir],
    ['bank_account_number', 'number', ({ iban }) => iban.replaceAll(/(.{4})(?=.)/g, '$1 ')],
    ['bank_account_number', 'type', ({ iban }) => iban],
    ['ir_attachment', 'name', ({ first, last }) => `courrier_${last}-${first}.pdf`.toLowerCase()],
    ['ir_attachment', 'resource', ({ last, first }) => `${last}.${first},1`],
    ['contract', 'contract_number', ({ nir }) => nir.slice(0, 13)],
    ['contract_clause', 'text', ({ last }) => `Le capital revient à Madame ${last}, née en 1950.`],
    ['contract_option', 'customized_beneficiary_clause', (person) => `à mon neveu ${nameOf(person)}`],
    ['account_invoice', 'number', ({ iban }) => iban],
    ['account_invoice_line', 'description', (person) => `Prime de ${nameOf(person)} du mois de mai`],
    ['res_user', 'login', ({ email }) => email],
    ['party_category', 'name', (person) => `Groupe de ${nameOf(person)}`],
    ['ir_sequence_type', 'name', ({ email }) => email],
    ['ir_translation', 'value', ({ iban }) => `IBAN ${iban}`],
    ['ir_cron', 'method', ({ nir }) => `run|${nir}`],
    ['country_postal_code', 'city', ({ email }) => email],
    ['event_log', 'description', ({ email }) => `Envoyé à ${email} hier`],
  ];
  return columns.map(([table, column, value]) => ({
    what: `${table}.${column}`,
    table,
    column,
    async put({ query, identifier }, person) {
      const name = identifier(table);
      const key = table.endsWith('__history') ? '__id' : 'id';
      // Rows that the rules keep are no leaks.
      const some = `SELECT max(${key}) FROM ${name}`;
      const done = await query(
        `UPDATE ${name} SET ${identifier(column)} = ${literal(value(person))} WHERE ${key} = (${some}) RETURNING 1`,
      );
      if (done.length === 0)
        await query(`INSERT INTO ${name} ${ROWS[table] ?? ''} VALUES ${valuesOf(table, literal(value(person)))}`);
    },
  }));
}

/** Tables that the fixture leaves empty: what a row of them needs. */
const ROWS: Readonly<Record<string, string>> = {
  ir_sequence_type: '(name)',
  party_category: '(name)',
  ir_translation: '(name, res_id, type, lang, value)',
  ir_cron: '(interval_type, "interval_number", method)',
};
const valuesOf = (table: string, value: string): string =>
  table === 'ir_sequence_type' || table === 'party_category'
    ? `(${value})`
    : table === 'ir_cron'
      ? `('days', 1, ${value})`
      : `('x', 0, 'field', 'fr', ${value})`;

/** JSON, bytes, and other types, in a column that somebody added. */
function inTypes(): Plant[] {
  const types: readonly (readonly [string, string, (person: Person) => string])[] = [
    ['text', 'text', (p) => literal(nameOf(p))],
    ['text that is JSON', 'text', (p) => literal(JSON.stringify({ a: [{ b: { c: nameOf(p) } }] }))],
    ['JSON in JSON', 'jsonb', (p) => `${literal(JSON.stringify({ a: JSON.stringify({ b: nameOf(p) }) }))}`],
    ['a key of JSON', 'json', (p) => literal(JSON.stringify({ [nameOf(p)]: 1 }))],
    ['a number of JSON', 'jsonb', (p) => literal(JSON.stringify({ n: Number(p.nir.slice(0, 13)) }))],
    ['an array', 'text[]', (p) => `ARRAY['x', ${literal(nameOf(p))}]`],
    ['bytes', 'bytea', (p) => bytes(Buffer.from(`…${nameOf(p)}…`))],
    ['bytes of ISO 8859-1', 'bytea', (p) => bytes(Buffer.from(`né(e) ${nameOf(p)}`, 'latin1'))],
    ['bytes of UTF-16', 'bytea', (p) => bytes(Buffer.from(`Nom : ${nameOf(p)}`, 'utf16le'))],
    ['gzip', 'bytea', (p) => bytes(gzipSync(`dossier de ${nameOf(p)}`))],
    ['zlib in a PDF', 'bytea', (p) => bytes(pdf(`(${nameOf(p)}) Tj`))],
    ['a zip', 'bytea', (p) => bytes(zip('word/document.xml', `<w:t>${nameOf(p)}</w:t>`))],
    [
      'a picture with a name in it',
      'bytea',
      (p) => bytes(Buffer.concat([noise(3000), Buffer.from(` ${nameOf(p)} `), noise(3000)])),
    ],
    ['base64', 'text', (p) => literal(Buffer.from(`Titulaire ${nameOf(p)}`).toString('base64'))],
    ['hexadecimal digits', 'text', (p) => literal(Buffer.from(`Titulaire ${nameOf(p)}`).toString('hex'))],
    [
      'base64 in JSON',
      'jsonb',
      (p) => literal(JSON.stringify({ data: Buffer.from(`Titulaire ${nameOf(p)}`).toString('base64') })),
    ],
    ['XML', 'xml', (p) => literal(`<nom><n>${nameOf(p)}</n></nom>`)],
    ['a number', 'bigint', (p) => p.nir],
    ['a decimal number', 'numeric', (p) => p.nir.slice(0, 13)],
    ['fixed length', 'char(60)', (p) => literal(nameOf(p))],
    ['search words', 'tsvector', (p) => `to_tsvector('simple', ${literal(nameOf(p))})`],
  ];
  return types.map(([what, type, value]) => ({
    what: `${what} (${type}) in a column that was added`,
    table: 'ir_module',
    column: 'added',
    async put({ query }, person) {
      await query(`ALTER TABLE ir_module ADD COLUMN added ${type}`);
      await query(`INSERT INTO ir_module (name, added) VALUES ('added', ${value(person)})`);
    },
  }));
}

/** Where no table is. */
function elsewhere(): Plant[] {
  const plant = (what: string, table: string, column: string, sql: (person: Person) => string): Plant => ({
    ...{ what, table, column },
    put: ({ query }, person) => query(sql(person)),
  });
  return [
    plant(
      'a table that was added',
      'legacy',
      'who',
      (p) => `CREATE TABLE legacy AS SELECT ${literal(nameOf(p))} AS who`,
    ),
    plant(
      'a materialized view',
      'seen',
      'who',
      (p) => `CREATE MATERIALIZED VIEW seen AS SELECT ${literal(nameOf(p))}::text AS who`,
    ),
    plant(
      'a partition',
      'parted_1',
      'who',
      (p) => `CREATE TABLE parted (n int, who text) PARTITION BY RANGE (n);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9); INSERT INTO parted VALUES (1, ${literal(nameOf(p))})`,
    ),
    plant(
      'another schema',
      'people',
      'who',
      (p) => `CREATE SCHEMA aside; CREATE TABLE aside.people AS SELECT ${literal(p.email)} AS who`,
    ),
    plant(
      'a domain',
      'domained',
      'who',
      (p) =>
        `CREATE DOMAIN person AS text; CREATE TABLE domained (who person); INSERT INTO domained VALUES (${literal(nameOf(p))})`,
    ),
    plant('an enum', 'pg_enum', 'clerk', (p) => `CREATE TYPE clerk AS ENUM ('nobody', ${literal(nameOf(p))})`),
    plant(
      'a composite type',
      'composed',
      'who',
      (p) =>
        `CREATE TYPE pair AS (a int, b text); CREATE TABLE composed AS SELECT ROW(1, ${literal(nameOf(p))})::pair AS who`,
    ),
    plant(
      'a comment',
      'comments',
      'table party_party',
      (p) => `COMMENT ON TABLE party_party IS ${literal(`vu avec ${nameOf(p)}`)}`,
    ),
    plant(
      'a default',
      'definitions',
      'party_address.name (default)',
      (p) => `ALTER TABLE party_address ALTER name SET DEFAULT ${literal(nameOf(p))}`,
    ),
    plant(
      'a function',
      'definitions',
      'clerk_of',
      (p) => `CREATE FUNCTION clerk_of() RETURNS text LANGUAGE sql AS $$ SELECT ${literal(nameOf(p))} $$`,
    ),
    plant('a view', 'definitions', 'clerks', (p) => `CREATE VIEW clerks AS SELECT ${literal(nameOf(p))} AS who`),
    plant(
      'a check',
      'definitions',
      'no_clerk',
      (p) => `ALTER TABLE party_address ADD CONSTRAINT no_clerk CHECK (name <> ${literal(nameOf(p))})`,
    ),
    plant(
      'a large object',
      'pg_largeobject',
      'data',
      (p) => `SELECT lo_from_bytea(0, ${bytes(Buffer.from(`Lettre à ${nameOf(p)}`))})`,
    ),
    plant(
      'statistics',
      'pg_stats',
      'counted.who',
      (p) => `CREATE TABLE counted AS SELECT ${literal(nameOf(p))}::text AS who FROM generate_series(1, 100);
      ANALYZE counted; DELETE FROM counted`,
    ),
  ];
}

function pdf(content: string): Buffer {
  const packed = deflateSync(content);
  return Buffer.concat([
    Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`),
    packed,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
}

/** One entry, stored (APPNOTE 4.3.7); the reader needs no directory. */
function zip(name: string, content: string): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), Buffer.from(content)]);
}

/** Bytes by chance, the same each time. */
function noise(length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let state = 42;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    buffer[i] = state >>> 24;
  }
  return buffer;
}

/** More than fifty places. */
export const plants: readonly Plant[] = [...inColumns(), ...inTypes(), ...elsewhere()];
