import { readFileSync } from 'node:fs';
import { coogHistory, coogTables } from '../../test/support/anonymize/coog-tables.ts';
import { population } from '../../test/support/anonymize/population.ts';

const SCHEMA = new URL('../../test/fixtures/anonymize/demo-schema.sql', import.meta.url);
/** What Tryton makes by itself, as far as rows point to it. */
const ADMINISTRATOR = `
  INSERT INTO ir_action (id, name, type) VALUES (1, 'Menu', 'ir.action.act_window');
  INSERT INTO res_user (id, name, login, active, menu) VALUES (0, 'Root', 'root', false, 1), (1, 'Administrator', 'admin', true, 1)`;
const SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'";
/** Parties that make a database of 1 GB, with their contracts, invoices, documents, history and indexes. */
const PARTIES_IN_A_GIGABYTE = 175_000;

/** Makes and fills the database. @returns {Promise<number>} its size in bytes */
export async function fill(project, database, gigabytes) {
  const parties = Math.ceil(PARTIES_IN_A_GIGABYTE * gigabytes);
  await project.sql('postgres', `CREATE DATABASE ${database} TEMPLATE template0`);
  const statements = [SETTINGS, readFileSync(SCHEMA, 'utf8'), ADMINISTRATOR, ...coogTables()];
  statements.push(...population(parties), ...coogHistory(), 'VACUUM (ANALYZE)');
  await project.sql(database, statements.map((statement) => `${statement};`).join('\n'));
  return Number(await project.sql('postgres', `SELECT pg_database_size('${database}')`));
}
