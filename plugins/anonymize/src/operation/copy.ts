import { randomBytes } from 'node:crypto';
import { ExitCode, ProblemError } from '@coog/cli/command';
import {
  beginChange,
  connect,
  type DatabaseContext,
  dropDatabase,
  existing,
  requireSpace,
  runAdmin,
  snapshotDatabase,
  type Target,
  timeId,
  withConnection,
} from '@coog/cli/database';
import type { AnonymisePlan } from '../plan/types.ts';
import { type Anonymised, anonymiseCopy } from '../run/anonymise.ts';
import { keyOfFile, randomKey } from '../run/key.ts';
import { sample, scan } from '../scan/index.ts';
import { planOf } from './plan.ts';

export interface CopyOptions {
  /** Absolute; undefined for a key that is thrown away. */
  readonly keyFile: string | undefined;
  /** The administrator's; undefined for a random one. */
  readonly password: string | undefined;
}

/** An anonymised database that has no name of its own yet. */
export interface Copy {
  readonly name: string;
  readonly plan: AnonymisePlan;
  readonly done: Anonymised;
  /** Bytes of the database that it was made of. */
  readonly bytes: number;
  /** The administrator's password; undefined where the application is not Tryton's. */
  readonly password: string | undefined;
  /** Milliseconds of copying. */
  readonly copied: number;
  readonly began: Date;
}

/** What a copy needs besides itself: each table is written anew while the old one is there. Two tables at a time. */
const SPACE = 2.2;

/**
 * Copies a database and anonymises the copy, under the lock that the caller holds. Refusals come first; then its users wait
 * while it is copied, as for a snapshot, and notice nothing more. What fails leaves nothing: a killed run's copy is dropped
 * by the next command that changes the database.
 * @throws ProblemError (2) nothing was changed; (1) LEAKS_FOUND, ANONYMIZE_FAILED, INTERRUPTED: the copy is dropped
 */
export async function makeCopy(target: Target, options: CopyOptions, context: DatabaseContext): Promise<Copy> {
  const { server, database } = target;
  const plan = await withConnection(await connect(server, database), (connection) => planOf(connection, target));
  const key = options.keyFile === undefined ? randomKey() : (await keyOfFile(options.keyFile)).key;
  await beginChange(target, context);
  const bytes = (await existing(target))?.bytes ?? 0;
  await requireSpace(target, bytes * SPACE);
  const began = context.now();
  context.say(`Copying ${database}; its users wait until it is copied`);
  const made = await snapshotDatabase(server, {
    source: database,
    kind: 'aside',
    id: `anonymize-${timeId(began)}`,
    about: { at: began, text: 'anonymise' },
    signal: context.signal,
  });
  context.tell(made.problems);
  const copied = context.now().getTime() - began.getTime();
  const password = plan.tables.some(({ table }) => table.key === 'res_user')
    ? (options.password ?? randomBytes(12).toString('base64url'))
    : undefined;
  try {
    const done = await anonymiseCopy(server, made.name, {
      plan,
      key,
      leaks: { sample, scan },
      signal: context.signal,
      progress: context.progress,
      beforeScan: async () => {
        if (password !== undefined) await runAdmin(target, made.name, ['-p'], { password }, context);
      },
    });
    return { name: made.name, plan, done, bytes, password, copied, began };
  } catch (error) {
    await dropDatabase(server, made.name).catch(() => undefined);
    throw interrupted(error, context);
  } finally {
    key.fill(0);
    context.progress.end();
  }
}

/** An interrupt is told as one, whatever it broke off. */
function interrupted(error: unknown, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: 'anonymising was interrupted; the copy is dropped', next: 'coog db:anonymize' },
    { exitCode: ExitCode.failed, cause: error },
  );
}
