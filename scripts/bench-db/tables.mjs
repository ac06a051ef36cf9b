import { COMMON } from './schema.mjs';

/** Makes a table and fills it; then its indexes, as pg_restore does. */
export function makeTable({ name, rows, columns, indexes }, all) {
  const rowsOf = (table) => all.find((other) => other.name === table).rows;
  const definitions = Object.entries({ ...COMMON, ...columns }).map(([column, given]) =>
    Array.isArray(given)
      ? { column, type: given[0], value: given[1] }
      : { column, type: 'integer', value: `1 + i * 7919 % ${rowsOf(given.references)}` },
  );
  const foreign = foreignKeys({ name, columns }).map(({ column }) => column);
  const expressions = [...foreign, ...indexes].map((index) => (index.startsWith('USING') ? index : `(${index})`));
  return [
    `CREATE TABLE ${name} (id serial, ${definitions.map(({ column, type }) => `${column} ${type}`).join(', ')});`,
    `INSERT INTO ${name} SELECT i, ${definitions.map(({ value }) => value).join(', ')} FROM generate_series(1, ${rows}::bigint) i;`,
    `SELECT setval('${name}_id_seq', ${rows});`,
    `ALTER TABLE ${name} ADD PRIMARY KEY (id);`,
    ...expressions.map((expression) => `CREATE INDEX ON ${name} ${expression};`),
  ].join('\n');
}

/** Once all tables are there. */
export const makeForeignKeys = (table) =>
  foreignKeys(table)
    .map(({ column, references }) => `ALTER TABLE ${table.name} ADD FOREIGN KEY (${column}) REFERENCES ${references};`)
    .join('\n');

const foreignKeys = ({ columns }) =>
  Object.entries(columns).flatMap(([column, { references }]) => (references ? [{ column, references }] : []));
