import { closest } from '../../shared/closest.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Server } from './types.ts';

/** SQLSTATE of an error of the server, also of one that has become a problem; undefined for any other. */
export function sqlState(error: unknown): string | undefined {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)) return code;
  return cause === undefined ? undefined : sqlState(cause);
}

/** Words of an error. The server's DETAIL and CONTEXT stay out: they quote rows. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** IPv6 in brackets, so that the port can be told from it. */
export const shownServer = ({ host, port, container }: Server): string =>
  container?.name ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;

const refusals: Readonly<Record<string, (server: Server, said: string) => Problem>> = {
  '28P01': loginFailed,
  '28000': loginFailed,
  '53300': (server, said) => ({
    code: 'DB_TOO_MANY_CONNECTIONS',
    title: `${shownServer(server)} takes no more connections`,
    detail: said,
    next: 'close what holds connections, or raise max_connections',
  }),
  '55000': (server, said) => ({
    code: 'DB_NOT_ACCEPTING',
    title: `${shownServer(server)} lets nobody into the database`,
    detail: said,
    next: 'have its owner run: ALTER DATABASE … ALLOW_CONNECTIONS true',
  }),
};

/** What a connection that failed is told as. DB_NOT_FOUND has `databaseNotFound`, which knows the others. */
export function connectionProblem(server: Server, error: unknown): Problem {
  const said = wordsOf(error);
  const state = sqlState(error);
  const refusal = state === undefined ? undefined : refusals[state];
  if (refusal) return refusal(server, said);
  if (/does not support SSL/.test(said)) return tlsUnavailable(server);
  if (isUntrusted(error)) return tlsUntrusted(server, said);
  if (state === '42501')
    return {
      ...loginFailed(server, said),
      title: `${server.user} may not enter the database on ${shownServer(server)}`,
    };
  return unreachable(server, said);
}

function loginFailed(server: Server, said: string): Problem {
  const kept =
    server.kind === 'bundled' ? ' The bundled server keeps the password that it was first started with.' : '';
  return {
    code: 'DB_LOGIN_FAILED',
    title: `${shownServer(server)} refuses the log-in of ${server.user}`,
    detail: `${said}.${kept}`,
    next: 'coog config:set CUSTOM_POSTGRES_USER=… and CUSTOM_POSTGRES_PASSWORD',
  };
}

const unreachable = (server: Server, said: string): Problem => ({
  code: 'DB_SERVER_UNREACHABLE',
  title: `no PostgreSQL answers at ${shownServer(server)}`,
  detail: said,
  next:
    server.kind === 'bundled'
      ? 'coog status'
      : 'check CUSTOM_POSTGRES_HOST and CUSTOM_POSTGRES_PORT, and that the server runs and can be reached from here',
});

export const tlsRequired = (server: Server): Problem => ({
  code: 'DB_TLS_REQUIRED',
  title: `${shownServer(server)} takes encrypted connections only`,
  detail: `POSTGRES_SSLMODE is ${server.tls.mode}.`,
  next: 'coog config:set POSTGRES_SSLMODE=require',
});

const tlsUnavailable = (server: Server): Problem => ({
  code: 'DB_TLS_UNAVAILABLE',
  title: `${shownServer(server)} does not encrypt connections`,
  detail: `POSTGRES_SSLMODE is ${server.tls.mode}, which asks for it.`,
  next: 'switch TLS on at the server, or unset POSTGRES_SSLMODE',
});

const tlsUntrusted = (server: Server, said: string): Problem => ({
  code: 'DB_TLS_UNTRUSTED',
  title: `the certificate of ${shownServer(server)} cannot be trusted`,
  detail: said,
  next: 'set POSTGRES_SSLROOTCERT to the file with the certificate of its authority',
});

function isUntrusted(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /CERT|UNABLE_TO_|SELF_SIGNED|ERR_TLS/.test(code);
}

export function databaseNotFound(server: Server, database: string, existing: readonly string[]): Problem {
  const meant = closest(database, existing);
  return {
    code: 'DB_NOT_FOUND',
    title: `${shownServer(server)} has no database ${database}`,
    detail: existing.length === 0 ? 'It has none that can be seen.' : `It has: ${existing.join(', ')}.`,
    next: meant === undefined ? 'coog db:list' : `did you mean ${meant}?`,
  };
}

/** What a statement that failed is told as. */
export function statementProblem(server: Server, database: string, error: unknown): Problem {
  const state = sqlState(error);
  const where = `${database} on ${shownServer(server)}`;
  const detail = state === undefined ? wordsOf(error) : `${wordsOf(error)} (${state})`;
  if (state === '42501')
    return { code: 'DB_PERMISSION', title: `${server.user} may not do this in ${where}`, detail, next: grantNext };
  if (state === '53100')
    return { code: 'DB_DISK_FULL', title: `no room is left at ${shownServer(server)}`, detail, next: 'coog db:prune' };
  if (state === '57014')
    return { code: 'DB_TIMEOUT', title: `a statement took too long in ${where}`, detail, next: 'coog db:list' };
  if (state === undefined || state.startsWith('08') || state.startsWith('57P'))
    return { code: 'DB_CONNECTION_LOST', title: `the connection to ${where} broke`, detail, next: 'coog status' };
  return { code: 'DB_STATEMENT_FAILED', title: `a statement failed in ${where}`, detail, next: 'coog db:list' };
}

const grantNext = 'have an administrator grant the right, or use the owner of the database';
