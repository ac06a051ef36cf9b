import { type Problem, ProblemError } from '../../shared/problem.ts';
import { type DatabaseRow, databaseRows } from './catalogue.ts';
import { type Connection, connectToServer, withConnection } from './connect.ts';
import { dropDatabase } from './drop.ts';
import { relatedName } from './names.ts';
import { makeNote } from './notes.ts';
import { shownServer, sqlState } from './problems.ts';
import { copyProperties } from './properties.ts';
import type { About, Server } from './types.ts';

export interface AsideRequest {
  /** The live database whose place it will take; it need not exist. */
  readonly live: string;
  readonly id: string;
  readonly about: About;
}

export interface Made {
  readonly name: string;
  /** Warnings: what could not be copied. */
  readonly problems: readonly Problem[];
}

/**
 * Makes an empty database, `<live>__new_<id>`, from template0, with the encoding, locale, owner, tablespace, rights and
 * settings of the live one. Needs CREATEDB and membership in the owner's role.
 * @throws ProblemError DB_EXISTS, DB_PERMISSION, DB_DISK_FULL
 */
export async function createAside(server: Server, { live, id, about }: AsideRequest): Promise<Made> {
  const name = relatedName(live, 'aside', id);
  return withConnection(await connectToServer(server), async (connection) => {
    const [like] = await databaseRows(connection, [live]);
    await createDatabase(connection, name, [
      'TEMPLATE template0',
      ...(like ? shapeOf(connection, like) : DEFAULT_SHAPE),
    ]);
    try {
      await annotate(connection, name, JSON.stringify(makeNote({ kind: 'aside', of: live, id }, about)));
      return { name, problems: like ? await copyProperties(connection, like, name) : [] };
    } catch (error) {
      await dropDatabase(server, name).catch(() => undefined);
      throw error;
    }
  });
}

const DEFAULT_SHAPE = [`ENCODING 'UTF8'`] as const;

function shapeOf({ identifier, literal, version }: Connection, like: DatabaseRow): string[] {
  const providers = { c: 'libc', i: 'icu', b: 'builtin' } as const;
  const { provider, locale, rules } = like;
  return [
    `OWNER ${identifier(like.owner)}`,
    // Named without need, it would have to be granted.
    ...(like.tablespace === 'pg_default' ? [] : [`TABLESPACE ${identifier(like.tablespace)}`]),
    `ENCODING ${literal(like.encoding)}`,
    `LC_COLLATE ${literal(like.collate)}`,
    `LC_CTYPE ${literal(like.ctype)}`,
    ...(version >= 150000 ? [`LOCALE_PROVIDER ${providers[provider]}`] : []),
    ...(provider === 'i' && locale !== null ? [`ICU_LOCALE ${literal(locale)}`] : []),
    ...(provider === 'i' && rules !== null ? [`ICU_RULES ${literal(rules)}`] : []),
    ...(provider === 'b' && locale !== null ? [`BUILTIN_LOCALE ${literal(locale)}`] : []),
  ];
}

/** @throws ProblemError DB_EXISTS (exit code 2) */
export async function createDatabase(connection: Connection, name: string, how: readonly string[]): Promise<void> {
  try {
    await connection.query(`CREATE DATABASE ${connection.identifier(name)} ${how.join(' ')}`);
  } catch (error) {
    if (sqlState(error) === '42P04') throw new ProblemError(exists(connection.server, name), { cause: error });
    throw error;
  }
}

export const annotation = ({ identifier, literal }: Connection, name: string, comment: string | undefined): string =>
  `COMMENT ON DATABASE ${identifier(name)} IS ${comment === undefined ? 'NULL' : literal(comment)}`;

const annotate = async (connection: Connection, name: string, comment: string): Promise<void> => {
  await connection.query(annotation(connection, name, comment));
};

export const exists = (server: Server, name: string): Problem => ({
  code: 'DB_EXISTS',
  title: `${shownServer(server)} already has a database ${name}`,
  next: 'coog db:list',
});
