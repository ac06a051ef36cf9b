import type { Client } from 'pg';

/** Everything that a copy could lose: rows of each table with the sum of their hashes, and what the schema is made of. */
export type Contents = Readonly<Record<string, string>>;

interface Row {
  readonly key: string;
  readonly value: string;
}

const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')`;

const SCHEMA = `
  SELECT 'extension ' || extname AS key, extversion AS value FROM pg_extension
  UNION ALL
  SELECT 'relation ' || c.oid::regclass, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${OURS}
  UNION ALL
  SELECT 'index ' || schemaname || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'archive')
  UNION ALL
  SELECT 'constraint ' || c.conrelid::regclass || ' ' || c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
   WHERE c.conrelid <> 0 AND c.connamespace::regnamespace::text IN ('public', 'archive')
  UNION ALL
  SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL
  SELECT 'view ' || schemaname || '.' || viewname, definition FROM pg_views WHERE schemaname IN ('public', 'archive')
  UNION ALL
  SELECT 'column ' || c.oid::regclass || ' ' || a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v') AND ${OURS}
  UNION ALL
  SELECT 'sequence ' || schemaname || '.' || sequencename, coalesce(last_value::text, 'unused') || ' +' || increment_by
    FROM pg_sequences`;

const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND ${OURS} ORDER BY 1`;

/** The same in every encoding of the server. */
const HASH = `('x' || substr(md5(convert_to(t::text, 'UTF8')), 1, 16))::bit(64)::bigint::numeric`;

/** Of one state of the database. Nothing of coog's own code takes part. */
export async function contentsOf(client: Client): Promise<Contents> {
  await client.query(
    `SET search_path = public; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1`,
  );
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const schema = await client.query<Row>(SCHEMA);
  const tables = await client.query<{ name: string }>(TABLES);
  const sums = tables.rows.map(
    ({ name }) =>
      `SELECT ${client.escapeLiteral(`rows ${name}`)} AS key,
              count(*) || ' ' || coalesce(sum(${HASH}), 0) AS value FROM ONLY ${name} t`,
  );
  const rows = sums.length === 0 ? [] : (await client.query<Row>(sums.join(' UNION ALL '))).rows;
  await client.query('COMMIT');
  const all = [...schema.rows, ...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
  return Object.fromEntries(all.map(({ key, value }) => [key, value]));
}

/** What tells two contents apart, for a message. */
export const differences = (a: Contents, b: Contents): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => a[key] !== b[key])
    .map((key) => `${key}: ${a[key] ?? 'missing'} | ${b[key] ?? 'missing'}`);
