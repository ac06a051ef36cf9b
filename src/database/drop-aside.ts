import type { DatabaseContext } from './context.ts';
import { dropDatabase } from './server/index.ts';
import type { Target } from './target.ts';

/**
 * Drops a database beside the live one that nobody needs any more. One that somebody holds stays: that is said, and no
 * failure, and the next command that changes the database drops it.
 */
export async function dropAside(
  { server }: Pick<Target, 'server'>,
  name: string,
  { say }: Pick<DatabaseContext, 'say'>,
): Promise<void> {
  try {
    await dropDatabase(server, name);
  } catch {
    say(`${name} could not be dropped now; the next command does it`);
  }
}
