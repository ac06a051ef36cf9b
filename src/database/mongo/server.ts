import type { ConnectionString } from 'mongodb-connection-string-url';
import { detectEngine, type Engine } from '../../engine/index.ts';
import { type OperationContext, planOrRefuse } from '../../operations/index.ts';
import type { Plan } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { findContainer, hereAddress, type Near, nearOutside } from '../client/index.ts';

/** A project's MongoDB: where it is, and how to log in. */
export interface MongoServer {
  readonly kind: 'bundled' | 'external';
  readonly project: string;
  /** What a person calls it. */
  readonly shown: string;
  readonly user: string;
  /** From this machine, with the password; a function, so that no print-out of a server holds it. */
  readonly uri: () => string;
  /** From the place of a client program. */
  readonly nearUri: () => string;
  readonly near: Near;
  /** Images that have mongodump, the best one first. */
  readonly images: readonly string[];
}

export interface MongoTarget {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly server: MongoServer;
}

/**
 * The project's MongoDB. Nothing is connected to.
 * @throws ProblemError MONGO_URI_INVALID, MONGO_NOT_USED (2), what planning, the engine and `findContainer` throw
 */
export async function openMongo(context: OperationContext): Promise<MongoTarget> {
  const { folder, environment } = context.request;
  const [engine, plan] = await Promise.all([detectEngine({ env: environment, folder }), planOrRefuse(context)]);
  return { plan, engine, server: await resolveMongo(plan, engine) };
}

/** Whether the project has a MongoDB, which then answers to be found. @throws ProblemError as {@link openMongo} */
export async function mongoIsUsed(context: OperationContext): Promise<boolean> {
  try {
    await openMongo(context);
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problems.every(({ code }) => code === notUsed.code)) return false;
    throw error;
  }
}

type MongoPlan = Pick<Plan, 'name' | 'values' | 'services' | 'userServices'>;

export async function resolveMongo(plan: MongoPlan, engine: Engine): Promise<MongoServer> {
  const value = (name: string): string => plan.values.get(name)?.value ?? '';
  const uri = await parse(value('MONGODB_URI'));
  const named = uri.hosts.length === 1 ? (uri.hosts[0] ?? '') : '';
  const { host, port } = splitHost(named);
  const network = value('NETWORK_BACKEND_NAME');
  const pinned = `${value('IMAGE_NAME_MONGO')}:${value('IMAGE_VERSION_MONGO')}`;
  const base = { project: plan.name, user: decodeURIComponent(uri.username) };
  if (!uri.isSRV && isService(plan, host)) {
    const found = await findContainer(engine, { project: plan.name, service: host, network, port });
    return {
      ...base,
      kind: 'bundled',
      shown: found.name,
      uri: () => at(uri, `${bracketed(found.host)}:${port}`, { directConnection: 'true' }),
      nearUri: () => at(uri, `${found.near.host}:${port}`, { directConnection: 'true' }),
      near: found.near,
      images: [found.image, pinned],
    };
  }
  if (host === 'mongo') throw new ProblemError(notUsed);
  const here = named === '' ? undefined : `${bracketed(await hereAddress(engine, host))}:${port}`;
  return {
    ...base,
    kind: 'external',
    shown: uri.hosts.join(','),
    uri: () => at(uri, here),
    nearUri: () => at(uri, undefined),
    near: await nearOutside(engine, { network, host, port }),
    images: [pinned],
  };
}

async function parse(uri: string): Promise<ConnectionString> {
  const { ConnectionString: Parser } = await import('mongodb-connection-string-url');
  try {
    return new Parser(uri);
  } catch (error) {
    // What the parser says may quote the URI, and so the password.
    throw new ProblemError(
      {
        code: 'MONGO_URI_INVALID',
        title: 'MONGODB_URI is no connection string of MongoDB',
        next: 'coog config:explain MONGODB_URI',
      },
      { cause: new Error((error as Error).name) },
    );
  }
}

/**
 * The URI with other hosts. Its database is taken away, as mongodump would take that one alone, and stays the one that
 * the user is looked up in.
 */
function at(
  uri: ConnectionString,
  host: string | undefined,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const copy = uri.clone();
  const database = copy.pathname.replace(/^\//, '');
  if (copy.username !== '' && !copy.searchParams.has('authSource'))
    copy.searchParams.set('authSource', database === '' ? 'admin' : decodeURIComponent(database));
  copy.pathname = '/';
  if (host !== undefined && !copy.isSRV) copy.hosts = [host];
  for (const [name, value] of Object.entries(parameters)) copy.searchParams.set(name, value);
  return copy.toString();
}

const DEFAULT_PORT = 27017;

function splitHost(host: string): { host: string; port: number } {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return { host: name.replace(/^\[(.*)\]$/, '$1'), port: Number(port ?? DEFAULT_PORT) };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const isService = (plan: MongoPlan, name: string): boolean =>
  plan.services.some((s) => s.name === name) || Object.hasOwn(plan.userServices, name);

const notUsed = {
  code: 'MONGO_NOT_USED',
  title: 'this project has no MongoDB: its service is disabled, and MONGO_HOST names no other',
  next: 'coog config:explain disabled_services',
};
