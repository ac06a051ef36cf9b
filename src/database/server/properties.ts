import type { Problem } from '../../shared/problem.ts';
import type { DatabaseRow } from './catalogue.ts';
import type { Connection } from './connect.ts';
import { sqlState } from './problems.ts';
import { transaction } from './transaction.ts';

/**
 * Gives one database what belongs to another beyond its contents, and what neither pg_restore nor a template brings: rights
 * (GRANT … ON DATABASE), settings (ALTER DATABASE … SET) and the limit of connections. Needs the owner. Hands back a
 * warning for each setting that we may not make (a superuser's, another role's). @throws ProblemError
 */
export async function copyProperties(connection: Connection, from: DatabaseRow, to: string): Promise<Problem[]> {
  const target = connection.identifier(to);
  const statements = [...(await rightsOf(connection, from, target)), ...limitOf(from, target)];
  if (statements.length > 0) await transaction(connection, statements);
  const problems: Problem[] = [];
  for (const setting of await settingsOf(connection, from)) {
    try {
      await copySetting(connection, setting, target);
    } catch (error) {
      if (sqlState(error) !== '42501') throw error;
      problems.push(settingLost(from.name, setting));
    }
  }
  return problems;
}

const settingLost = (database: string, { name, role }: Setting): Problem => ({
  code: 'DB_SETTING_LOST',
  severity: 'warning',
  title: `the setting ${name} of ${database}${role === null ? '' : ` for ${role}`} cannot be given to its copy`,
  next: `have an administrator make it again afterwards: ALTER DATABASE … SET ${name}`,
});

interface Right {
  readonly privilege: string;
  readonly grantee: string | null;
  readonly grantable: boolean;
}

async function rightsOf(connection: Connection, from: DatabaseRow, target: string): Promise<string[]> {
  const [row] = await connection.query<{ own: boolean; rights: Right[] }>(
    `SELECT d.datacl IS NOT NULL AS own,
            (SELECT coalesce(json_agg(json_build_object('privilege', privilege_type, 'grantable', is_grantable,
                                                        'grantee', CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END)), '[]')
               FROM aclexplode(d.datacl) WHERE grantee <> d.datdba) AS rights
       FROM pg_database d WHERE d.oid = $1`,
    [from.oid],
  );
  if (!row?.own) return [];
  const granted = row.rights.map(({ privilege, grantee, grantable }) => {
    const role = grantee === null ? 'PUBLIC' : connection.identifier(grantee);
    return `GRANT ${privilege} ON DATABASE ${target} TO ${role}${grantable ? ' WITH GRANT OPTION' : ''}`;
  });
  return [`REVOKE ALL ON DATABASE ${target} FROM PUBLIC`, ...granted];
}

const limitOf = ({ connectionLimit }: DatabaseRow, target: string): string[] =>
  connectionLimit > -1 ? [`ALTER DATABASE ${target} CONNECTION LIMIT ${connectionLimit}`] : [];

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly role: string | null;
}

const settingsOf = (connection: Connection, from: DatabaseRow): Promise<Setting[]> =>
  connection.query<{ name: string; value: string; role: string | null }>(
    `SELECT split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value,
            CASE WHEN setrole <> 0 THEN pg_get_userbyid(setrole) END AS role
       FROM pg_db_role_setting, unnest(setconfig) AS entry WHERE setdatabase = $1`,
    [from.oid],
  );

/** Lists (search_path) are stored as they are written, which no quoting gives back; a setting in force can be copied. */
async function copySetting(connection: Connection, { name, value, role }: Setting, target: string): Promise<void> {
  const { identifier, literal } = connection;
  const parameter = name.split('.').map(identifier).join('.');
  const whose = role === null ? `ALTER DATABASE ${target}` : `ALTER ROLE ${identifier(role)} IN DATABASE ${target}`;
  const set = `SELECT set_config(${literal(name)}, ${literal(value)}, true)`;
  await transaction(connection, [set, `${whose} SET ${parameter} FROM CURRENT`]);
}
