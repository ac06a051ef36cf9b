import type { Engine } from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';
import { type Backup, listBackups } from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import {
  connect,
  connectToServer,
  officeDatabases,
  resolveServer,
  type Server,
  withConnection,
} from './server/index.ts';

export interface DatabaseHealth {
  readonly name: string;
  readonly present: boolean;
  /** Extensions that Coog needs and the database lacks. */
  readonly missing: readonly string[];
}

export interface ServerHealth {
  /** As server_version_num: 170004 is 17.4. */
  readonly version: number;
  readonly databases: readonly DatabaseHealth[];
}

/** What postgres-init makes in every database of the back office. */
const NEEDED = ['pg_trgm', 'unaccent'];
/** Milliseconds: who asks wants to know now. */
const TIMEOUT = 2_000;
const limits = { connectTimeout: TIMEOUT, statementTimeout: TIMEOUT };

/** Whether the project's server lets us in, and what the back office misses there. Only looks. @throws ProblemError */
export async function serverHealth(plan: Plan, engine: Engine): Promise<ServerHealth> {
  const server = await resolveServer(plan, engine);
  const connection = await connectToServer(server, { ...limits, others: server.databases });
  return withConnection(connection, async ({ version, query }) => {
    const rows = await query<{ name: string }>('SELECT datname AS name FROM pg_database');
    const there = new Set(rows.map(({ name }) => name));
    const look = async (name: string): Promise<DatabaseHealth> =>
      there.has(name)
        ? { name, present: true, missing: await missingExtensions(server, name) }
        : { name, present: false, missing: [] };
    return { version, databases: await Promise.all(officeDatabases(plan).map(look)) };
  });
}

async function missingExtensions(server: Server, database: string): Promise<string[]> {
  return withConnection(await connect(server, database, limits), async ({ query }) => {
    const rows = await query<{ name: string }>('SELECT extname AS name FROM pg_extension');
    return NEEDED.filter((name) => !rows.some((row) => row.name === name));
  });
}

/** The backups in the project's own folder, the newest first. @throws ProblemError BACKUP_UNREADABLE */
export const projectBackups = (plan: Plan): Promise<Backup[]> => listBackups(backupsFolder(plan));
