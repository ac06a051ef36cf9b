import type { Problem } from '../shared/problem.ts';
import type { DatabaseContext } from './context.ts';
import { freeSpace, listDatabases, shownServer, testRights } from './server/index.ts';
import { openTarget } from './target.ts';

export interface Measured {
  /** Where they are, in words. */
  readonly server: string;
  /** Those of the project that exist; bytes. */
  readonly databases: readonly { readonly name: string; readonly bytes: number }[];
  /** Bytes that the server's disk has left; undefined where that cannot be known. */
  readonly free: number | undefined;
  /** What keeps coog from replacing them. */
  readonly problems: readonly Problem[];
}

/** How large the project's databases are, what room there is, and whether they may be replaced. @throws ProblemError what connecting throws */
export async function measureDatabases(context: DatabaseContext): Promise<Measured> {
  const { server, engine } = await openTarget(undefined, context);
  const [all, free] = await Promise.all([listDatabases(server), freeSpace(server, engine)]);
  const databases = all
    .filter(({ name, kind }) => kind === 'live' && server.databases.includes(name))
    .map(({ name, bytes = 0 }) => ({ name, bytes }));
  const rights = await Promise.all(databases.map(({ name }) => testRights(server, { database: name })));
  return { server: shownServer(server), databases, free, problems: rights.flat() };
}
