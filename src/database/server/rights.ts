import type { Problem } from '../../shared/problem.ts';
import { type DatabaseRow, databaseRows } from './catalogue.ts';
import { type Connection, connectToServer, withConnection } from './connect.ts';
import { shownServer } from './problems.ts';
import { sessionsIn } from './sessions.ts';
import type { Server } from './types.ts';

/** What Tryton cannot do without. */
const EXTENSIONS = ['pg_trgm', 'unaccent'] as const;

export interface RightsWanted {
  /** The live database; it need not exist. */
  readonly database: string;
  /** Extensions that the new contents need; those of Tryton unless said. */
  readonly extensions?: readonly string[];
}

interface Role {
  readonly name: string;
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly readOnly: boolean;
}

/**
 * What stands in the way of making a database, filling it, and giving it the live one's name, before anything stops. Empty
 * when nothing does. Warnings: sessions that we may not end. Needs no right. @throws ProblemError as `connect`
 */
export async function testRights(server: Server, wanted: RightsWanted): Promise<Problem[]> {
  return withConnection(await connectToServer(server), async (connection) => {
    const role = await ownRole(connection);
    const [live] = await databaseRows(connection, [wanted.database]);
    return [
      ...(role.readOnly ? [readOnly(server)] : []),
      ...(role.superuser || role.createdb ? [] : [noCreatedb(connection, role)]),
      ...(live ? await ownerProblems(connection, role, live) : []),
      ...(await extensionProblems(connection, role, wanted.extensions ?? EXTENSIONS)),
      ...(live ? await sessionProblems(connection, live) : []),
    ];
  });
}

/**
 * What stands in the way of creating extensions: the server does not have them, or our role may not.
 * @throws ProblemError
 */
export const testExtensions = async (connection: Connection, extensions: readonly string[]): Promise<Problem[]> =>
  extensionProblems(connection, await ownRole(connection), extensions);

async function ownRole(connection: Connection): Promise<Role> {
  const [role] = await connection.query<{ [K in keyof Role]: Role[K] }>(
    `SELECT rolname AS name, rolsuper AS superuser, rolcreatedb AS createdb,
            pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly"
       FROM pg_roles WHERE rolname = current_user`,
  );
  return role ?? { name: connection.server.user, superuser: false, createdb: false, readOnly: false };
}

async function ownerProblems(connection: Connection, role: Role, { name, owner }: DatabaseRow): Promise<Problem[]> {
  const [row] = await connection.query<{ member: boolean }>(`SELECT pg_has_role($1::name, 'USAGE') AS member`, [owner]);
  if (role.superuser || row?.member) return [];
  const sql = `GRANT ${connection.identifier(owner)} TO ${connection.identifier(role.name)};`;
  return [
    {
      code: 'DB_NOT_OWNER',
      title: `${role.name} does not own the database ${name}, so it cannot be replaced`,
      detail: `Its owner on ${shownServer(connection.server)} is ${owner}.`,
      next: `have an administrator run: ${sql}`,
    },
  ];
}

interface Offered {
  readonly name: string;
  readonly trusted: boolean;
}

async function extensionProblems(
  connection: Connection,
  role: Role,
  extensions: readonly string[],
): Promise<Problem[]> {
  const offered = await connection.query<{ [K in keyof Offered]: Offered[K] }>(
    `SELECT name, bool_or(trusted) AS trusted FROM pg_available_extension_versions WHERE name = ANY($1) GROUP BY 1`,
    [extensions],
  );
  return extensions.flatMap((name): Problem[] => {
    const found = offered.find((extension) => extension.name === name);
    if (!found) return [extensionMissing(connection.server, name)];
    return found.trusted || role.superuser ? [] : [extensionForbidden(connection, role, name)];
  });
}

async function sessionProblems(connection: Connection, { name }: DatabaseRow): Promise<Problem[]> {
  const others = (await sessionsIn(connection, [name])).filter((session) => !session.ours);
  if (others.length === 0) return [];
  return [
    {
      code: 'DB_SESSIONS_STAY',
      severity: 'warning',
      title: `${others.length} sessions in ${name} cannot be ended by ${connection.server.user}`,
      detail: [...new Set(others.map((s) => `${s.user} ${s.application}`.trim()))].join(', '),
      next: 'stop what they belong to, or have an administrator run: GRANT pg_signal_backend TO the user',
    },
  ];
}

const readOnly = (server: Server): Problem => ({
  code: 'DB_READ_ONLY',
  title: `${shownServer(server)} can only be read`,
  detail: 'It is a standby, or its transactions are read-only.',
  next: 'coog config:set CUSTOM_POSTGRES_HOST to the primary server',
});

const noCreatedb = (connection: Connection, { name }: Role): Problem => ({
  code: 'DB_NO_CREATEDB',
  title: `${name} may not create databases on ${shownServer(connection.server)}`,
  detail: 'A database is replaced by making a new one beside it; without the right, --into names an empty one.',
  next: `have an administrator run: ALTER ROLE ${connection.identifier(name)} CREATEDB;`,
});

const extensionMissing = (server: Server, name: string): Problem => ({
  code: 'DB_EXTENSION_MISSING',
  title: `${shownServer(server)} does not have the extension ${name}`,
  next: 'install the contrib package of its PostgreSQL',
});

const extensionForbidden = (connection: Connection, role: Role, name: string): Problem => ({
  code: 'DB_EXTENSION_FORBIDDEN',
  title: `${role.name} may not create the extension ${name} on ${shownServer(connection.server)}`,
  next: `have an administrator run in template1 or in the new database: CREATE EXTENSION ${connection.identifier(name)};`,
});
