import { detectEngine, type Engine } from '../engine/index.ts';
import type { TaskMoment } from '../extension/index.ts';
import { type Moment, type OperationContext, planOrRefuse } from '../operations/index.ts';
import type { Plan, PlannedDatabase } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { requireDatabaseName, resolveServer, type Server } from './server/index.ts';

/** What a command on a database works on. */
export interface Target {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly server: Server;
  readonly database: string;
  /** A plugin's declaration of the database; absent for those of the back office. */
  readonly declared?: PlannedDatabase;
  /** File in .coog that names the clients which are stopped for a moment. */
  readonly note: string;
}

/**
 * The database that was named (default: the main one), and its server: a plugin's database may have its own. Nothing is connected to.
 * @throws ProblemError DB_NAME_INVALID (2), what planning, the engine and `resolveServer` throw
 */
export async function openTarget(database: string | undefined, context: OperationContext): Promise<Target> {
  if (database !== undefined) requireDatabaseName(database);
  const { folder, environment } = context.request;
  const [engine, plan] = await Promise.all([detectEngine({ env: environment, folder }), planOrRefuse(context)]);
  const declared = plan.databases.find(({ name }) => name === database);
  const server = await resolveServer(plan, engine, declared);
  const name = database ?? plan.values.get('COOG_MAIN_DATABASE')?.value ?? 'coog';
  const note = declared ? `stopped-clients-of-${encodeURIComponent(name)}.json` : 'stopped-clients.json';
  return { plan, engine, server, database: name, ...(declared ? { declared } : {}), note };
}

/** A moment of this database's life, for the tasks of plugins. */
export const momentOf = ({ plan, engine, database }: Target, moment: TaskMoment): Moment => ({
  moment,
  plan,
  engine,
  database,
});

/** Refuses what only a Coog in the database can do. @throws ProblemError DB_OF_PLUGIN (2) */
export function requireOfBackOffice({ database, declared }: Target, command: string): void {
  if (!declared) return;
  throw new ProblemError({
    code: 'DB_OF_PLUGIN',
    title: `${database} is a database of ${declared.contributor.name} and holds no Coog; ${command} cannot work on it`,
    detail: declared.description,
    next: `coog db:list; dump, load, undo and snapshots work on ${database} too`,
  });
}
