import { requireNoUpgrade } from '../operations/index.ts';
import { isWarning, ProblemError, throwErrors } from '../shared/problem.ts';
import { formatBytes } from '../shared/units.ts';
import { removeAdmins } from './admin.ts';
import { removeStalePartials } from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import { removeStaleClients } from './client/index.ts';
import { startStopped } from './clients.ts';
import { reopen } from './closed.ts';
import type { DatabaseContext } from './context.ts';
import { freeSpace, recover, requireOwnName, testRights } from './server/index.ts';
import type { Target } from './target.ts';

/**
 * What every operation that changes a database begins with, under its lock: takes back what a killed one left, and refuses
 * where rights are missing, before anything stops.
 * @throws ProblemError DB_NAME_RESERVED, and what `testRights` finds (exit code 2)
 */
export async function beginChange(target: Target, context: DatabaseContext): Promise<void> {
  const { server, engine, plan, database } = target;
  requireOwnName(database);
  await requireNoUpgrade(context);
  await removeStaleClients(engine, plan.name);
  await removeStalePartials(backupsFolder(plan));
  await removeAdmins(target);
  await reopen(target);
  const { dropped } = await recover(server, database);
  if (dropped.length > 0) context.say(`Removed what an interrupted run had left: ${dropped.join(', ')}`);
  await startStopped(target, context);
  const problems = throwErrors(await testRights(server, { database }));
  context.tell(problems.filter(isWarning));
}

/** @throws ProblemError DB_DISK_FULL (exit code 2) when the server's disk has less free than `bytes` */
export async function requireSpace({ server, engine }: Target, bytes: number): Promise<void> {
  const free = await freeSpace(server, engine);
  if (free === undefined || free >= bytes) return;
  throw new ProblemError({
    code: 'DB_DISK_FULL',
    title: `the server has ${formatBytes(free)} free for its data, and this needs about ${formatBytes(bytes)}; nothing was changed`,
    next: 'coog db:prune --previous-days 0 --yes removes replaced databases',
  });
}
