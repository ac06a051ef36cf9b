import { sql } from './demo.ts';
import type { Project } from './project.ts';

/** Rows and a hash of all rows of each table of a database, as `schema.table rows hash`; what changes by itself is left out. */
export const fingerprint = (project: Project, database = 'coog'): Promise<string[]> =>
  sql(
    project,
    database,
    `SELECT format('%s.%s %s', schemaname, tablename, (xpath('/row/h/text()', query_to_xml(format(
       'SELECT count(*) || '' '' || coalesce(sum((''x'' || substr(md5((t.*)::text), 1, 16))::bit(64)::bigint::numeric), 0) AS h
          FROM %I.%I AS t', schemaname, tablename), false, true, '')))[1])
       FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
        AND tablename NOT IN ('ir_session', 'ir_cron', 'ir_cron_log', 'ir_queue', 'res_user_login_attempt', 'ir_cache', 'ir_session_wizard')
      ORDER BY 1`,
  );

/** Databases of the project's server. */
export const databasesOf = (project: Project): Promise<string[]> =>
  sql(
    project,
    'postgres',
    `SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1`,
  );

/** Thousands of parties with all that texts can hold. */
export const fillWithParties = (project: Project, count: number, database = 'coog'): Promise<string[]> =>
  sql(
    project,
    database,
    `INSERT INTO party_party (name, code, active, create_date)
     SELECT format(E'Zoë "%s" O\\'Neil \\\\ \\t é %s', i, repeat('x', i % 50)), 'T' || i, i % 7 <> 0, now()
       FROM generate_series(1, ${count}) AS i`,
  );
