import type { Form } from './contents.ts';
import type { ScanConnection } from './types.ts';

export interface Column {
  readonly name: string;
  readonly form: Form;
  /** Of a number: looked through, never sampled. */
  readonly number: boolean;
  /** An array or the like, which is asked for as JSON. */
  readonly composed: boolean;
}

export interface DateColumn {
  readonly name: string;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly dates: readonly DateColumn[];
  readonly hasId: boolean;
  /** Bytes on disk. */
  readonly size: number;
}

/** A column that points to another table. */
export interface Link {
  readonly from: string;
  readonly column: string;
  readonly to: string;
}

export const fullName = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  schema === 'public' ? name : `${schema}.${name}`;

/** Every table that has rows of its own: partitions, not what they are parts of; materialized views too. */
const COLUMNS = `
  SELECT n.nspname AS schema, c.relname AS table, pg_total_relation_size(c.oid)::float8 AS size, a.attname AS column,
         coalesce(b.typname, t.typname) AS type, coalesce(b.typcategory, t.typcategory) AS category
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN (
           WITH RECURSIVE up AS (SELECT t.typbasetype AS oid UNION ALL
             SELECT p.typbasetype FROM up JOIN pg_type p ON p.oid = up.oid WHERE p.typtype = 'd')
           SELECT up.oid FROM up JOIN pg_type p ON p.oid = up.oid WHERE p.typtype <> 'd') END
   WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
     AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
   ORDER BY 3 DESC, 1, 2, a.attnum`;

export async function readTables(connection: ScanConnection): Promise<Table[]> {
  const rows = await connection.query<
    Record<'schema' | 'table' | 'column' | 'type' | 'category', string> & { size: number }
  >(COLUMNS);
  const tables = Map.groupBy(rows, ({ schema, table }) => `${schema}.${table}`);
  return [...tables.values()].map((columns) => {
    const { schema, table, size } = columns[0] as (typeof rows)[number];
    return {
      schema,
      name: table,
      size,
      hasId: columns.some(({ column, type }) => column === 'id' && /^int/.test(type)),
      dates: columns
        .filter(({ column, type }) => type === 'date' && PERSONAL_DATE.test(column))
        .map(({ column }) => ({ name: column })),
      columns: columns.flatMap(({ column, type, category }) => {
        const form = column === null ? undefined : formOf(type, category);
        const composed = form === 'json' && !/^jsonb?$/.test(type);
        return form ? [{ name: column, form, composed, number: category === 'N' }] : [];
      }),
    };
  });
}

const PERSONAL_DATE = /birth|death|naiss|deces|dob/i;

/** What can hold no text, or none of eight digits. */
const PLAIN = new Set([
  'bool',
  'int2',
  'int4',
  'oid',
  'float4',
  'float8',
  'money',
  'regclass',
  'regproc',
  'regtype',
  'xid',
]);

function formOf(type: string, category: string): Form | undefined {
  if (PLAIN.has(type) || category === 'B' || category === 'D' || category === 'T') return undefined;
  if (type === 'bytea') return 'bytes';
  // Arrays, composites, ranges and hstore are read as JSON.
  if (type === 'json' || type === 'jsonb' || type === 'hstore' || 'ACR'.includes(category)) return 'json';
  return 'text';
}

const LINKS = `
  SELECT f.relname AS from, a.attname AS column, t.relname AS to
    FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.conrelid
    JOIN pg_class t ON t.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
   WHERE k.contype = 'f' AND a.attname NOT IN ('create_uid', 'write_uid')`;

export const readLinks = (connection: ScanConnection): Promise<Link[]> =>
  connection.query<Link & Record<string, unknown>>(LINKS);
