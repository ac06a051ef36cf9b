import type { ScanConnection } from './types.ts';

/** Texts of a database that are in no table of the application. */
export interface Elsewhere {
  /** As `table` of a hit. */
  readonly place: 'pg_stats' | 'comments' | 'definitions' | 'pg_enum';
  readonly schema: string;
  readonly column: string;
  /** The table that it is about, when it is about one. */
  readonly table: string | null;
  readonly text: string;
}

/** What planner statistics keep of columns: the most common values and some between. */
const STATISTICS = `
  SELECT 'pg_stats' AS place, s.schemaname AS schema, s.tablename AS table, s.attname AS column, v.value AS text
    FROM pg_stats s
   CROSS JOIN LATERAL (VALUES (s.most_common_vals::text), (s.histogram_bounds::text), (s.most_common_elems::text)) v (value)
   WHERE v.value IS NOT NULL AND s.schemaname NOT IN ('pg_catalog', 'information_schema')`;

/** Of columns together (CREATE STATISTICS). */
const COMBINED = `
  SELECT 'pg_stats' AS place, schemaname AS schema, tablename AS table, statistics_name AS column, most_common_vals::text AS text
    FROM pg_stats_ext WHERE most_common_vals IS NOT NULL`;

const COMMENTS = `
  SELECT 'comments' AS place, 'public' AS schema, NULL AS table, pg_describe_object(classoid, objoid, objsubid) AS column, description AS text
    FROM pg_description WHERE objoid >= 16384
  UNION ALL
  SELECT 'comments', 'public', NULL, 'database', description FROM pg_shdescription
   WHERE classoid = 'pg_database'::regclass AND objoid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const OWN = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;
const BROUGHT = (catalogue: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/** Defaults, checks, views, functions, conditions of indexes: somebody's name may stand in any of them. */
const DEFINITIONS = `
  SELECT 'definitions' AS place, n.nspname AS schema, c.relname AS table, c.relname || '.' || a.attname || ' (default)' AS column, pg_get_expr(e.adbin, e.adrelid) AS text
    FROM pg_attrdef e JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum JOIN pg_class c ON c.oid = e.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN}
  UNION ALL
  SELECT 'definitions', n.nspname, NULL, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype IN ('c', 'x') AND ${OWN}
  UNION ALL
  SELECT 'definitions', n.nspname, NULL, c.relname, pg_get_viewdef(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OWN}
     AND NOT ${BROUGHT('pg_class', 'c.oid')}
  UNION ALL
  SELECT 'definitions', n.nspname, NULL, c.relname, pg_get_indexdef(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid
   WHERE (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) AND ${OWN}
  UNION ALL
  SELECT 'definitions', n.nspname, NULL, p.proname, p.prosrc
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OWN} AND NOT ${BROUGHT('pg_proc', 'p.oid')}
  UNION ALL
  SELECT 'pg_enum', n.nspname, NULL, t.typname, e.enumlabel
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${OWN}`;

export async function readElsewhere(connection: ScanConnection): Promise<Elsewhere[]> {
  const found: Elsewhere[] = [];
  for (const query of [STATISTICS, COMBINED, COMMENTS, DEFINITIONS]) {
    const rows = await connection.query<Elsewhere & Record<string, unknown>>(query);
    found.push(...rows.filter(({ text }) => text !== null));
  }
  return found;
}

/** Bytes of a large object that are read in one go. */
const PIECE = 4 * 1024 * 1024;
const OVERLAP = 512;

export async function eachLargeObject(
  connection: ScanConnection,
  signal: AbortSignal,
  visit: (bytes: Buffer) => void,
): Promise<void> {
  const objects = await connection.query<{ oid: string }>(
    'SELECT oid::text AS oid FROM pg_largeobject_metadata ORDER BY 1',
  );
  for (const { oid } of objects)
    for (let at = 0; ; at += PIECE - OVERLAP) {
      signal.throwIfAborted();
      const [row] = await connection.query<{ piece: string }>(
        `SELECT encode(lo_get(${oid}, ${at}, ${PIECE}), 'hex') AS piece`,
      );
      const bytes = Buffer.from(row?.piece ?? '', 'hex');
      if (bytes.length > 0) visit(bytes);
      if (bytes.length < PIECE) break;
    }
}
