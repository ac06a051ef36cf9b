import { formatBytes } from '../shared/units.ts';
import { runAdmin } from './admin.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { dropAside } from './drop-aside.ts';
import { withLock } from './lock.ts';
import { beginChange } from './prepare.ts';
import { existing, replaceBy, timeId } from './replace.ts';
import { connect, createAside, withConnection } from './server/index.ts';
import { openTarget, requireOfBackOffice } from './target.ts';

export interface ResetOptions {
  readonly database: string | undefined;
  readonly confirm: (intent: Intent) => Promise<void>;
  /** The new administrator's. */
  readonly password: () => Promise<string>;
}

export interface Reset {
  readonly database: string;
  readonly previous: string | undefined;
}

/** What Coog cannot do without in a database; see defaults/postgres/ensure-databases.sh. */
const EXTENSIONS = ['pg_trgm', 'unaccent'] as const;

/**
 * Makes a new database with an empty Coog in it and swaps it in; what was there is kept. The other databases' users notice
 * nothing. @throws ProblemError
 */
export async function resetDatabase(options: ResetOptions, context: DatabaseContext): Promise<Reset> {
  const target = await openTarget(options.database, context);
  requireOfBackOffice(target, 'coog db:reset');
  const { server, database } = target;
  return withLock(target, 'changing', 'db:reset', async () => {
    await beginChange(target, context);
    const before = await existing(target);
    const size = before?.bytes === undefined ? '' : ` (${formatBytes(before.bytes)})`;
    await options.confirm({
      lines: [
        before
          ? `${database}${size} will be replaced by a new, empty database; it is kept, and coog db:undo brings it back`
          : `${database} does not exist and will be made`,
      ],
      question: `Reset ${database}?`,
    });
    const password = await options.password();
    const now = context.now();
    const made = await createAside(server, { live: database, id: timeId(now), about: { at: now, text: 'reset' } });
    context.tell(made.problems);
    try {
      await withConnection(await connect(server, made.name), async (connection) => {
        for (const name of EXTENSIONS)
          await connection.query(`CREATE EXTENSION IF NOT EXISTS ${connection.identifier(name)} SCHEMA public`);
      });
      context.say(`Making a new Coog beside ${database}`);
      const args = ['-cu', 'ir', 'res', '--activate-dependencies', '--no-indexes', '-p'];
      await runAdmin(target, made.name, args, { password }, context);
      context.signal.throwIfAborted();
      const { previous } = await replaceBy(target, { incoming: made.name, why: 'reset' }, context);
      return { database, previous };
    } catch (error) {
      await dropAside(target, made.name, context);
      throw error;
    }
  });
}

/** Sets the administrator's password. Nothing is stopped. @throws ProblemError DB_NOT_FOUND (2), DB_ADMIN_FAILED (1) */
export async function changeAdminPassword(
  options: Pick<ResetOptions, 'database' | 'password'>,
  context: DatabaseContext,
): Promise<{ database: string }> {
  const target = await openTarget(options.database, context);
  requireOfBackOffice(target, 'coog db:change-admin-password');
  const { server, database } = target;
  await (await connect(server, database)).close();
  const password = await options.password();
  return withLock(target, 'changing', 'db:change-admin-password', async () => {
    await runAdmin(target, database, ['-p'], { password }, context);
    return { database };
  });
}
