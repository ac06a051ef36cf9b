import { detectEngine, type Engine } from '../engine/index.ts';
import { type OperationContext, planOrRefuse } from '../operations/index.ts';
import type { Plan } from '../plan/index.ts';
import { requireDatabaseName, resolveServer, type Server } from './server/index.ts';

/** What a command on a database works on. */
export interface Target {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly server: Server;
  readonly database: string;
}

/**
 * The project's server, and the database that was named (default: the main one). Nothing is connected to.
 * @throws ProblemError DB_NAME_INVALID (2), what planning, the engine and `resolveServer` throw
 */
export async function openTarget(database: string | undefined, context: OperationContext): Promise<Target> {
  if (database !== undefined) requireDatabaseName(database);
  const { folder, environment } = context.request;
  const [engine, plan] = await Promise.all([detectEngine({ env: environment, folder }), planOrRefuse(context)]);
  const server = await resolveServer(plan, engine);
  return { plan, engine, server, database: database ?? plan.values.get('COOG_MAIN_DATABASE')?.value ?? 'coog' };
}
