import { expand, parseTemplate } from '../../configuration/index.ts';
import type { Plan, PlannedDatabase } from '../../plan/index.ts';

/** What is read of a plan. */
export type ServerPlan = Pick<Plan, 'name' | 'values' | 'services' | 'userServices'> & Partial<Pick<Plan, 'databases'>>;

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** All that the project serves there: those of the back office first, the main one at their head. */
  readonly databases: readonly string[];
}

/** The log-in of the back office's server, or of the one that a plugin's database is on. */
export function serverSettings(plan: ServerPlan, declared?: PlannedDatabase): ServerSettings {
  const value = (name: string): string => plan.values.get(name)?.value ?? '';
  const office = {
    host: unbracketed(value('POSTGRES_HOST')),
    port: portOf(value('POSTGRES_PORT')),
    user: value('POSTGRES_USER'),
    password: value('POSTGRES_PASSWORD'),
  };
  const addressOf = ({ server }: PlannedDatabase) =>
    server ? { host: unbracketed(server.host), port: portOf(server.port) } : office;
  const chosen = declared?.server
    ? {
        ...addressOf(declared),
        user: declared.server.user,
        password: expand(parseTemplate(declared.server.password), value),
      }
    : office;
  const isHere = ({ host, port }: { host: string; port: number }) => host === chosen.host && port === chosen.port;
  const others = (plan.databases ?? []).filter((d) => isHere(addressOf(d))).map((d) => d.name);
  return { ...chosen, databases: [...new Set([...(isHere(office) ? officeDatabases(plan) : []), ...others])] };
}

/** Databases of the back office, the main one first. Spaces around a name are a part of it, as in Tryton. */
export function officeDatabases({ values }: Pick<ServerPlan, 'values'>): string[] {
  const value = (name: string): string => values.get(name)?.value ?? '';
  const names = [value('COOG_MAIN_DATABASE'), ...value('COOG_DATABASES').split(',')];
  return [...new Set(names.filter((name) => name !== ''))];
}

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
const portOf = (port: string): number => Number(port || 5432);
