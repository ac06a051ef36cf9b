import type { Engine } from '../../engine/index.ts';
import type { Plan } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { findContainer, hereAddress, nearOutside } from '../client/index.ts';
import { type Server, type Tls, type TlsMode, tlsModes } from './types.ts';

/** What is read of a plan. */
export type ServerPlan = Pick<Plan, 'name' | 'values' | 'services' | 'userServices'>;

const DATA_FOLDER = '/var/lib/postgresql/data';

/**
 * Where the project's PostgreSQL is: the container of the service that POSTGRES_HOST names, or an external server. Nothing
 * is connected to. POSTGRES_SSLMODE and POSTGRES_SSLROOTCERT count when they are set.
 * @throws ProblemError DB_SERVER_NOT_RUNNING, DB_SERVER_UNREACHABLE, DB_TLS_MODE (exit code 2), those of the engine
 */
export async function resolveServer(plan: ServerPlan, engine: Engine): Promise<Server> {
  const value = (name: string): string => plan.values.get(name)?.value ?? '';
  const host = value('POSTGRES_HOST').replace(/^\[(.*)\]$/, '$1');
  const password = value('POSTGRES_PASSWORD');
  const base = {
    project: plan.name,
    port: Number(value('POSTGRES_PORT') || 5432),
    user: value('POSTGRES_USER'),
    password: () => password,
    databases: databasesOf(value('COOG_MAIN_DATABASE'), value('COOG_DATABASES')),
    image: `${value('IMAGE_NAME_POSTGRES')}:${value('IMAGE_VERSION_POSTGRES')}`,
  };
  const network = value('NETWORK_BACKEND_NAME');
  const isService = plan.services.some((s) => s.name === host) || Object.hasOwn(plan.userServices, host);
  if (isService) {
    const {
      host: address,
      environment,
      near,
      ...container
    } = await findContainer(engine, {
      project: plan.name,
      service: host,
      network,
      port: base.port,
    });
    const dataFolder = environment.get('PGDATA') ?? DATA_FOLDER;
    return {
      ...base,
      kind: 'bundled',
      host: address,
      tls: { mode: 'disable' },
      container: { ...container, dataFolder },
      near,
    };
  }
  return {
    ...base,
    kind: 'external',
    host: await hereAddress(engine, host),
    tls: readTls(value('POSTGRES_SSLMODE'), value('POSTGRES_SSLROOTCERT')),
    near: await nearOutside(engine, { network, host, port: base.port }),
  };
}

/** Spaces around a name are a part of it, as in Tryton. */
const databasesOf = (main: string, all: string): string[] => [
  ...new Set([main, ...all.split(',')].filter((name) => name !== '')),
];

function readTls(mode: string, rootCertificate: string): Tls {
  const chosen = mode === '' ? 'prefer' : mode;
  if (!tlsModes.includes(chosen as TlsMode))
    throw new ProblemError({
      code: 'DB_TLS_MODE',
      title: `POSTGRES_SSLMODE is ${mode}, which is none of ${tlsModes.join(', ')}`,
      next: 'coog config:set POSTGRES_SSLMODE=require',
    });
  return { mode: chosen as TlsMode, ...(rootCertificate === '' ? {} : { rootCertificate }) };
}
