/** Not those of the system, and not our own. */
const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'coog_anonymize')`;

/** A partition's columns are its table's; what a child inherits is its parent's. */
export const TABLES = `
  SELECT c.oid::int8::text AS oid, n.nspname AS schema, c.relname AS name,
         CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'm' THEN 'view' WHEN 'f' THEN 'foreign' ELSE 'table' END AS kind,
         CASE WHEN c.relkind IN ('r', 'm') THEN pg_total_relation_size(c.oid) ELSE 0 END::text AS bytes,
         c.reltuples AS rows,
         ARRAY(SELECT DISTINCT CASE WHEN rn.nspname = 'public' THEN '' ELSE rn.nspname || '.' END || r.relname
                 FROM pg_constraint f JOIN pg_class r ON r.oid = coalesce(pg_partition_root(f.conrelid), f.conrelid)
                 JOIN pg_namespace rn ON rn.oid = r.relnamespace
                WHERE f.contype = 'f' AND f.confrelid = c.oid AND r.oid <> c.oid) AS "referencedBy",
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attisdropped AND a.attnum > 0) AS "hasDropped"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND NOT c.relispartition AND ${OURS}
   ORDER BY 2, 3`;

/** The type behind a domain, an array or a range is looked for until there is nothing behind it. */
export const COLUMNS = `
  WITH RECURSIVE behind AS (
    SELECT a.atttypid AS type, a.atttypid AS at, false AS listed, 0 AS depth
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attnum > 0 AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT a.attisdropped GROUP BY a.atttypid
    UNION ALL
    SELECT b.type, CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typtype IN ('r', 'm') THEN r.rngsubtype ELSE t.typelem END,
           b.listed OR t.typcategory = 'A', b.depth + 1
      FROM behind b JOIN pg_type t ON t.oid = b.at LEFT JOIN pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid)
     WHERE t.typtype = 'd' OR r.rngtypid IS NOT NULL OR (t.typcategory = 'A' AND t.typelem <> 0)
  ), base AS (SELECT DISTINCT ON (type) type, at, listed FROM behind ORDER BY type, depth DESC)
  SELECT a.attrelid::int8::text AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, bt.typname AS base,
         b.listed AS "isArray", bt.typtype = 'e' AS "isEnum",
         a.attnotnull OR t.typnotnull AS "notNull", a.attgenerated <> '' AS generated,
         CASE WHEN a.attcollation NOT IN (0, t.typcollation)
              THEN format('COLLATE %I.%I', (SELECT nspname FROM pg_namespace WHERE oid = l.collnamespace), l.collname) ELSE '' END AS collate,
         CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4
              WHEN t.typtype = 'd' AND bt.typname IN ('varchar', 'bpchar') AND t.typtypmod > 4 THEN t.typtypmod - 4 END AS length,
         EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f'
                  AND (f.conrelid = c.oid AND a.attnum = ANY (f.conkey) OR f.confrelid = c.oid AND a.attnum = ANY (f.confkey)))
           OR EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = c.oid AND a.attnum = ANY (p.partattrs)) AS key,
         (SELECT min(CASE d.classid WHEN 'pg_rewrite'::regclass THEN 'a view' WHEN 'pg_attrdef'::regclass THEN 'a generated column'
                                    WHEN 'pg_trigger'::regclass THEN 'a trigger' WHEN 'pg_policy'::regclass THEN 'a policy'
                                    WHEN 'pg_publication_rel'::regclass THEN 'a publication' ELSE 'a function' END)
            FROM pg_depend d
           WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
             AND (d.classid IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                                'pg_publication_rel'::regclass, 'pg_proc'::regclass)
                  OR d.classid = 'pg_attrdef'::regclass
                     AND EXISTS (SELECT FROM pg_attrdef x JOIN pg_attribute g ON g.attrelid = x.adrelid AND g.attnum = x.adnum
                                  WHERE x.oid = d.objid AND g.attgenerated <> '' AND g.attnum <> a.attnum))) AS "blockedBy"
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid JOIN base b ON b.type = t.oid JOIN pg_type bt ON bt.oid = b.at
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
   WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
     AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND NOT c.relispartition AND ${OURS}
   ORDER BY a.attrelid, a.attnum`;

export const UNIQUES = `
  SELECT i.indrelid::int8::text AS oid, ic.relname AS name,
         (SELECT array_agg(DISTINCT a.attname::text) FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum > 0
             AND (a.attnum = ANY ((string_to_array(i.indkey::text, ' ')::int2[])[1:i.indnkeyatts])
                  OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                              AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum
                              AND i.indexprs IS NOT NULL))) AS columns
    FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE (i.indisunique OR i.indisexclusion) AND NOT c.relispartition AND c.relkind IN ('r', 'p') AND ${OURS}
   ORDER BY 1, 2`;
