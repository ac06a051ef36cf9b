import { ProblemError } from '@coog/cli/command';
import { type Connection, connect, type Target, withConnection } from '@coog/cli/database';
import { type Judged, judge, makePlan } from '../plan/make.ts';
import type { AnonymisePlan } from '../plan/types.ts';
import { readRules } from '../rules/read.ts';
import { ruleSources } from '../rules/sources.ts';
import { readSchema } from '../schema/read.ts';

/** A database, and where the rules for it come from. */
export interface Ruled {
  readonly database: string;
  readonly plan: Parameters<typeof ruleSources>[0];
}

/**
 * What would be done to a database: read from its catalogues, nothing is changed.
 * @throws ProblemError (exit code 2) of the rules, what `makePlan` throws, LARGE_OBJECTS_UNCLASSIFIED
 */
export async function planOf(connection: Connection, target: Ruled): Promise<AnonymisePlan> {
  const rules = await readRules(ruleSources(target.plan));
  const plan = makePlan(rules, await readSchema(connection));
  if (plan.largeObjects === undefined && (await countLargeObjects(connection)) > 0)
    throw new ProblemError({
      code: 'LARGE_OBJECTS_UNCLASSIFIED',
      title: `${target.database} has large objects, and no rule says what happens to them`,
      next: 'add "large-objects: delete" to a file in custom/anonymize',
    });
  return plan;
}

/** As `planOf`, with all that is missing in the place of a refusal. */
export async function judgeDatabase(target: Target): Promise<Judged> {
  const rules = await readRules(ruleSources(target.plan));
  return withConnection(await connect(target.server, target.database), async (connection) =>
    judge(rules, await readSchema(connection)),
  );
}

async function countLargeObjects(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ n: string }>('SELECT count(*) AS n FROM pg_largeobject_metadata');
  return Number(row?.n);
}
