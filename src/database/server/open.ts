import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Client } from 'pg';
import { sqlState, wordsOf } from './problems.ts';
import type { Server } from './types.ts';

/** Milliseconds for one try. */
const CONNECT_TIMEOUT = 10_000;

export interface OpenOptions {
  readonly applicationName?: string;
  /** Milliseconds. */
  readonly connectTimeout?: number;
}

type Encryption = false | TlsOptions;

/** Opens a connection, with the tries that libpq makes for the sslmode. Throws what pg or Node throws. */
export async function open(server: Server, database: string, options: OpenOptions): Promise<Client> {
  const [first = false, second] = await encryptions(server);
  try {
    return await openWith(server, database, options, first);
  } catch (error) {
    if (second === undefined || !isAboutEncryption(error)) throw error;
    return openWith(server, database, options, second);
  }
}

/** Whether the server lets an encrypted connection in, where it has refused a plain one. */
export async function takesEncrypted(server: Server, database: string): Promise<boolean> {
  try {
    await (await openWith(server, database, {}, unverified)).end();
    return true;
  } catch (error) {
    // Past the gate: the log-in itself is another matter.
    return sqlState(error) === '28P01';
  }
}

const unverified: TlsOptions = { rejectUnauthorized: false };

async function encryptions({ tls }: Server): Promise<readonly Encryption[]> {
  if (tls.mode === 'disable') return [false];
  if (tls.mode === 'allow') return [false, unverified];
  if (tls.mode === 'prefer') return [unverified, false];
  if (tls.mode === 'require') return [unverified];
  const { readFile } = await import('node:fs/promises');
  const verified = tls.rootCertificate === undefined ? {} : { ca: await readFile(tls.rootCertificate) };
  return [tls.mode === 'verify-full' ? verified : { ...verified, checkServerIdentity: () => undefined }];
}

/** 28000 is what pg_hba.conf refuses; what has neither a SQLSTATE nor a network error is the negotiation itself. */
function isAboutEncryption(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state === '28000';
  const { code } = error as { readonly code?: string };
  return code === undefined ? !/timeout/.test(wordsOf(error)) : /SSL|TLS|ECONNRESET|EPROTO/.test(code);
}

async function openWith(server: Server, database: string, options: OpenOptions, ssl: Encryption): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database,
    ssl,
    sslnegotiation: 'postgres',
    application_name: options.applicationName ?? 'coog',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: options.connectTimeout ?? CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  });
  // pg takes these from the process's environment, and has no setting that says no.
  const { connectionParameters } = client as unknown as { connectionParameters: Record<string, unknown> };
  connectionParameters.options = undefined;
  connectionParameters.replication = undefined;
  // A server that goes away between two statements is told by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}
