import type { Plan } from '../plan/index.ts';
import { clientServices } from './clients.ts';
import { mongoServices } from './mongo/index.ts';
import { serverSettings } from './server/index.ts';

/** Services that use a database of the project: of the back office, of a plugin, or MongoDB. */
export const databaseUsers = (plan: Plan): string[] => [
  ...new Set([...clientServices(plan), ...plan.databases.flatMap(({ clients }) => clients), ...mongoServices(plan)]),
];

/** Services that are database servers themselves. */
export function databaseServers(plan: Plan): Set<string> {
  const mongo = plan.values.get('MONGO_HOST')?.value ?? '';
  return new Set([
    ...['postgres', 'mongo', mongo, serverSettings(plan).host],
    ...plan.databases.map((declared) => serverSettings(plan, declared).host),
  ]);
}
