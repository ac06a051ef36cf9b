import { join } from 'node:path';
import { stateFolder, takeLock } from '../../history/index.ts';
import type { Plan } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';

/**
 * Does some work while no other command works on the project's MongoDB, which has no locks of its own. What stands in the
 * lock says who has it; one whose holder is dead is taken over.
 * @throws ProblemError DB_LOCKED (exit code 2) that names who has it and since when
 */
export async function withMongoLock<T>(plan: Plan, command: string, now: Date, work: () => Promise<T>): Promise<T> {
  const path = join(stateFolder(plan.folder), 'mongo.lock');
  const taking = await takeLock(path, { command, what: '', user: '', now });
  if (!taking.taken) {
    const who = taking.holder;
    throw new ProblemError({
      code: 'DB_LOCKED',
      title: "another operation works on the project's MongoDB",
      detail: who ? `${who.command} (${who.owner}, since ${who.since})` : 'It has just begun.',
      place: { file: path },
      next: 'wait until it is over, then try again',
    });
  }
  try {
    return await work();
  } finally {
    await taking.release();
  }
}
