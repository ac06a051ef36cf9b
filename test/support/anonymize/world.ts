import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { makePlan } from '../../../plugins/anonymize/src/plan/make.ts';
import type { AnonymisePlan } from '../../../plugins/anonymize/src/plan/types.ts';
import { readRules } from '../../../plugins/anonymize/src/rules/read.ts';
import { ruleSources } from '../../../plugins/anonymize/src/rules/sources.ts';
import { type Anonymised, anonymiseCopy } from '../../../plugins/anonymize/src/run/anonymise.ts';
import { sample, scan } from '../../../plugins/anonymize/src/scan/index.ts';
import { readSchema } from '../../../plugins/anonymize/src/schema/read.ts';
import { type Connection, connect, type Server, withConnection } from '../../../src/database/server/index.ts';
import { coogHistory, coogTables } from './coog-tables.ts';
import { population } from './population.ts';

const SCHEMA = new URL('../../fixtures/anonymize/demo-schema.sql', import.meta.url);
export const never = (): AbortSignal => new AbortController().signal;

const quoted = (name: string): string => `"${name}"`;

/**
 * Makes a database with the demo's schema and Coog's tables, and fills it with so many parties.
 * @param more what is done before history is made of the tables
 */
export async function populate(
  server: Server,
  database: string,
  parties: number,
  more: readonly string[] = [],
): Promise<void> {
  const schema = await readFile(SCHEMA, 'utf8');
  await inDatabase(server, 'postgres', ({ query }) => query(`CREATE DATABASE ${quoted(database)} TEMPLATE template0`));
  await inDatabase(server, database, async ({ query }) => {
    const filled = [...coogTables(), ...population(parties), ...more, ...coogHistory()];
    const statements = [schema, ADMINISTRATOR, ...filled, 'ANALYZE'];
    for (const statement of statements) await query(statement);
  });
}

/** What Tryton makes by itself, as far as rows point to it. */
const ADMINISTRATOR = `
  INSERT INTO ir_action (id, name, type) VALUES (1, 'Menu', 'ir.action.act_window') ON CONFLICT DO NOTHING;
  INSERT INTO res_user (id, name, login, active, menu, password_hash)
  VALUES (0, 'Root', 'root', false, 1, NULL), (1, 'Administrator', 'admin', true, 1, '$scrypt$administrator')`;

export async function copyDatabase(server: Server, from: string, to: string): Promise<void> {
  await inDatabase(server, 'postgres', ({ query }) =>
    query(`CREATE DATABASE ${quoted(to)} TEMPLATE ${quoted(from)} STRATEGY file_copy`),
  );
}

export const dropDatabase = (server: Server, database: string): Promise<unknown> =>
  inDatabase(server, 'postgres', ({ query }) => query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`));

export const inDatabase = async <T>(
  server: Server,
  database: string,
  work: (c: Connection) => Promise<T>,
): Promise<T> => withConnection(await connect(server, database), work);

/** The plan of the shipped rules, and of a project's when its folder is given. */
export async function planFor(server: Server, database: string, folder = '/nonexistent'): Promise<AnonymisePlan> {
  const rules = await readRules(ruleSources({ folder, anonymisationRules: [] }));
  return inDatabase(server, database, async (connection) => makePlan(rules, await readSchema(connection)));
}

/** As `coog db:anonymize` does it with the copy; sets no password. @throws ProblemError LEAKS_FOUND and others */
export async function anonymise(
  server: Server,
  database: string,
  { plan, key = randomBytes(32) }: { plan?: AnonymisePlan; key?: Buffer } = {},
): Promise<Anonymised> {
  return anonymiseCopy(server, database, {
    plan: plan ?? (await planFor(server, database)),
    key: Buffer.from(key),
    leaks: { sample, scan },
    signal: never(),
    beforeScan: () => inDatabase(server, database, clearAdministrator),
    progress: { begin: () => undefined, advance: () => undefined, end: () => undefined },
  });
}

/** In place of the new password: the old one is gone. */
const clearAdministrator = async ({ query }: Connection): Promise<void> =>
  void (await query(`UPDATE res_user SET password_hash = NULL WHERE login = 'admin'`));
