import { MODULES, tables } from './schema.mjs';
import { makeForeignKeys, makeTable } from './tables.mjs';

const SESSIONS = 2;
const SMALL = 10_000;
const SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '256MB';\n";

/** Fills the project's database until it is as large as asked for. @returns {Promise<number>} its size in bytes */
export async function fill(project, gigabytes) {
  const { database } = project.server();
  const sql = (text) => project.sql(database, SETTINGS + text);
  const all = tables(gigabytes);
  await sql(MODULES);
  // The small ones together: there are many, and each session costs a moment.
  const parts = Map.groupBy(all, ({ rows, name }) => (rows > SMALL ? name : 'small')).values();
  await inSessions(parts, (part) => sql(part.map((table) => makeTable(table, all)).join('\n')));
  await sql(all.map(makeForeignKeys).join('\n'));
  await sql('VACUUM (ANALYZE);');
  const size = Number(await sql('SELECT pg_database_size(current_database());'));
  if (size < gigabytes * 1e9)
    throw new Error(`the database has ${size} bytes, less than the ${gigabytes} GB asked for`);
  return size;
}

/** Each session takes the next one that is left. */
async function inSessions(left, work) {
  const drain = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: SESSIONS }, drain));
}
