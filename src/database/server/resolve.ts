import type { Engine } from '../../engine/index.ts';
import type { PlannedDatabase } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { findContainer, hereAddress, nearOutside } from '../client/index.ts';
import { type ServerPlan, serverSettings } from './settings.ts';
import { type Server, type Tls, type TlsMode, tlsModes } from './types.ts';

const DATA_FOLDER = '/var/lib/postgresql/data';

/**
 * Where the project's PostgreSQL is, or the one of a plugin's database: the container of the service that its host names, or
 * an external server. Nothing is connected to. POSTGRES_SSLMODE and POSTGRES_SSLROOTCERT count when they are set.
 * @throws ProblemError DB_SERVER_NOT_RUNNING, DB_SERVER_UNREACHABLE, DB_TLS_MODE (exit code 2), those of the engine
 */
export async function resolveServer(plan: ServerPlan, engine: Engine, declared?: PlannedDatabase): Promise<Server> {
  const value = (name: string): string => plan.values.get(name)?.value ?? '';
  const { host, port, user, password, databases } = serverSettings(plan, declared);
  const base = {
    project: plan.name,
    port,
    user,
    password: () => password,
    databases,
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
