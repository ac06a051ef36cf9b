import { setTimeout } from 'node:timers/promises';
import { type Connection, connect, withConnection } from './connect.ts';
import type { Server } from './types.ts';

/** A schema that a database holds for as long as it is filled: what a killed run leaves tells by it that nobody's data is in it. */
const UNFINISHED = 'coog_unfinished';

/** Schemas of nobody: public is there from the start, and where an extension lies, its administrator made one. */
const MADE_SCHEMAS = `
  SELECT n.nspname AS name FROM pg_namespace n
   WHERE n.nspname NOT IN ('public', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
     AND NOT EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid)
     AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')`;

/** What stands in other schemas, but for what extensions brought and what goes with something else. */
const MADE_OBJECTS = `
  SELECT o.type, o.identity
    FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid, pg_identify_object(d.classid, d.objid, 0) o
   WHERE d.refclassid = 'pg_namespace'::regclass AND d.objsubid = 0 AND d.deptype = 'n'
     AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
     AND n.nspname NOT IN (SELECT name FROM (${MADE_SCHEMAS}) AS made)
     AND NOT EXISTS (SELECT FROM pg_depend i
                      WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype IN ('e', 'i'))
   ORDER BY o.type <> 'table', 1, 2`;

const END_RESTORES = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
   WHERE datname = current_database() AND usename = current_user AND application_name = 'coog pg_restore'`;

/** Milliseconds that a session has to end. */
const PATIENCE = 10_000;

/**
 * Ends what a killed run had begun in a database: the server may hear hours later that its client is gone, and keeps its locks
 * until then. Only under the lock of the database.
 */
export const endRestores = (server: Server, database: string): Promise<void> =>
  inDatabase(server, database, async (connection) => {
    const over = Date.now() + PATIENCE;
    while ((await connection.query(END_RESTORES)).length > 0 && Date.now() < over) await setTimeout(50);
  });

/** What a database holds that no extension brought. */
export interface Held {
  /** Tables, functions and so on, schemas and large objects, in words. */
  readonly things: readonly string[];
  /** Whether a run of `fillWith` was killed in it. */
  readonly unfinished: boolean;
}

/** Needs no right but to connect. */
export const heldBy = (server: Server, database: string): Promise<Held> =>
  inDatabase(server, database, async (connection) => {
    const { schemas, objects } = await made(connection);
    const [large] = await connection.query<{ some: boolean }>(
      'SELECT EXISTS (SELECT FROM pg_largeobject_metadata) AS some',
    );
    const others = schemas.filter((name) => name !== UNFINISHED);
    return {
      things: [
        ...others.map((name) => `the schema ${name}`),
        ...objects.map(({ type, identity }) => `the ${type} ${identity}`),
        ...(large?.some ? ['large objects'] : []),
      ],
      unfinished: others.length < schemas.length,
    };
  });

/**
 * Marks a database while `fill` works in it; the mark goes when it is done, and stays where the process is killed.
 * @throws ProblemError DB_PERMISSION before anything, when our role may make nothing in it
 */
export async function fillWith<T>(server: Server, database: string, fill: () => Promise<T>): Promise<T> {
  const run = (text: string): Promise<unknown> => inDatabase(server, database, (connection) => connection.query(text));
  await run(`CREATE SCHEMA IF NOT EXISTS ${UNFINISHED}`);
  const result = await fill();
  await run(`DROP SCHEMA ${UNFINISHED}`);
  return result;
}

/**
 * Empties a database, for who was given one and may not make another: extensions and what they brought stay, as who made them
 * may be somebody else. Only for what was empty before. All or nothing; `marked` leaves the mark of `fillWith`.
 * @throws ProblemError DB_PERMISSION
 */
export const clearDatabase = (server: Server, database: string, { marked = false } = {}): Promise<void> =>
  inDatabase(server, database, async (connection) => {
    await connection.query('BEGIN');
    const { schemas, objects } = await made(connection);
    for (const name of schemas.filter((schema) => !marked || schema !== UNFINISHED))
      await connection.query(`DROP SCHEMA ${connection.identifier(name)} CASCADE`);
    // One may have gone with another already.
    for (const { type, identity } of objects)
      await connection.query(`DROP ${wordFor(type)} IF EXISTS ${identity} CASCADE`);
    await connection.query('SELECT lo_unlink(oid) FROM pg_largeobject_metadata');
    await connection.query('COMMIT');
  });

/** Extensions on which our role may not comment. PostgreSQL's own language is no matter: no backup names it. */
export const extensionsOfOthers = (server: Server, database: string): Promise<string[]> =>
  inDatabase(server, database, async (connection) => {
    const rows = await connection.query<{ name: string }>(
      `SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' AND NOT pg_has_role(extowner, 'USAGE') ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  });

interface MadeObject {
  readonly type: string;
  /** As it must stand in a statement. */
  readonly identity: string;
}

async function made(connection: Connection): Promise<{ schemas: string[]; objects: MadeObject[] }> {
  const schemas = await connection.query<{ name: string }>(`${MADE_SCHEMAS} ORDER BY 1`);
  const objects = await connection.query<{ type: string; identity: string }>(MADE_OBJECTS);
  return { schemas: schemas.map(({ name }) => name), objects };
}

/** PostgreSQL names a few otherwise than its own DROP does. */
const wordFor = (type: string): string => (type === 'statistics object' ? 'STATISTICS' : type);

const inDatabase = async <T>(
  server: Server,
  database: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => withConnection(await connect(server, database), work);
