import type { Problem } from '../shared/problem.ts';
import type { DatabaseContext } from './context.ts';
import { freeSpace, listDatabases, shownServer, testRights } from './server/index.ts';
import { openTarget, type Target } from './target.ts';

export interface MeasuredDatabase {
  readonly name: string;
  readonly bytes: number;
  /** Where it is, in words. */
  readonly server: string;
  /** Bytes that the server's disk has left; undefined where that cannot be known. */
  readonly free: number | undefined;
  /** What keeps coog from replacing it. */
  readonly problems: readonly Problem[];
}

export interface Measured {
  /** Those of the back office that exist. */
  readonly office: readonly MeasuredDatabase[];
  /** Those of plugins that exist. */
  readonly others: readonly MeasuredDatabase[];
}

/**
 * How large the project's databases are, what room there is, and whether they may be replaced.
 * @throws ProblemError what connecting throws
 */
export async function measureDatabases(context: DatabaseContext): Promise<Measured> {
  const target = await openTarget(undefined, context);
  const ofPlugins = target.plan.databases.map(({ name }) => name);
  const served = target.server.databases.filter((name) => !ofPlugins.includes(name));
  const office = await measure(target, served);
  const others: MeasuredDatabase[] = [];
  // A copy of one brings its extensions with it.
  for (const name of ofPlugins) others.push(...(await measure(await openTarget(name, context), [name], [])));
  return { office, others };
}

async function measure(
  { server, engine }: Target,
  wanted: readonly string[],
  extensions?: readonly string[],
): Promise<MeasuredDatabase[]> {
  const [all, free] = await Promise.all([listDatabases(server), freeSpace(server, engine)]);
  const there = all.filter(({ name, kind }) => kind === 'live' && wanted.includes(name));
  return Promise.all(
    there.map(async ({ name, bytes = 0 }) => {
      const problems = await testRights(server, { database: name, ...(extensions ? { extensions } : {}) });
      return { name, bytes, server: shownServer(server), free, problems };
    }),
  );
}
