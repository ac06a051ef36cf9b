import { formatBytes, ProblemError } from '@coog/cli/command';
import {
  type DatabaseContext,
  dropDatabase,
  existing,
  type Intent,
  makeBackupsFolder,
  openTarget,
  replaceBy,
  requireOwnName,
  type Target,
  timeId,
  withLock,
} from '@coog/cli/database';
import { type Report, reportOf } from '../report/report.ts';
import { writeReport } from '../report/write.ts';
import { type CopyOptions, makeCopy } from './copy.ts';

export interface AnonymizeOptions extends CopyOptions {
  readonly database: string | undefined;
  /** The name that the copy gets; undefined for `<database>_anonymized`. */
  readonly to: string | undefined;
  /** The database's name, typed: the database itself is replaced by its anonymised copy. */
  readonly inPlace: string | undefined;
  /** Folder for the report, absolute; undefined for the backups of the project. */
  readonly report: string | undefined;
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface Anonymized {
  readonly database: string;
  readonly published: string;
  /** Name under which what was replaced is kept. */
  readonly previous: string | undefined;
  readonly password: string | undefined;
  /** Files of the report. */
  readonly files: readonly string[];
  readonly report: Report;
}

/**
 * Makes an anonymised copy of a database and publishes it under a name of its own, after the leak scan found nothing.
 * @throws ProblemError (2) nothing was changed; (1) nothing was published
 */
export async function anonymizeDatabase(options: AnonymizeOptions, context: DatabaseContext): Promise<Anonymized> {
  const target = await openTarget(options.database, context);
  const { database } = target;
  const published = options.inPlace === undefined ? (options.to ?? `${database}_anonymized`) : database;
  requireOwnName(published);
  refuseName(target, published, options.inPlace);
  return withLock(target, 'changing', 'db:anonymize', async () => {
    await ask(target, published, options);
    const copy = await makeCopy(target, options, context);
    try {
      context.signal.throwIfAborted();
      const { previous } = await replaceBy(
        { ...target, database: published },
        { incoming: copy.name, why: `anonymise ${database}` },
        context,
      );
      const report = reportOf({
        target,
        copy,
        published,
        finished: context.now(),
        keyFile: options.keyFile !== undefined,
      });
      const folder = options.report ?? (await makeBackupsFolder(target.plan));
      const files = await writeReport(
        folder,
        `${target.plan.name}-${published}-${timeId(copy.began)}.anonymised`,
        report,
      );
      return { database, published, previous, password: copy.password, files, report };
    } catch (error) {
      await dropDatabase(target.server, copy.name).catch(() => undefined);
      throw error;
    }
  });
}

/** The live database is replaced only by who types its name. */
function refuseName({ database, server }: Target, published: string, typed: string | undefined): void {
  if (typed === undefined ? published !== database && published !== server.databases[0] : typed === database) return;
  const what = published === database ? 'the database itself' : 'the main database of the project';
  throw new ProblemError({
    code: 'ANONYMIZE_IN_PLACE',
    title:
      typed === undefined
        ? `${published} is ${what}; an anonymised copy gets another name`
        : `--in-place says "${typed}", and the database is ${database}`,
    next: `coog db:anonymize --database ${database} --to ${database}_anonymized`,
  });
}

async function ask(target: Target, published: string, { confirm }: AnonymizeOptions): Promise<void> {
  const before = await existing({ ...target, database: published });
  if (!before) return;
  const size = before.bytes === undefined ? '' : ` (${formatBytes(before.bytes)})`;
  await confirm({
    lines: [
      `${published}${size} will be replaced by an anonymised copy of ${target.database}`,
      'what it is now is kept, with all its data; coog db:undo brings it back, coog db:prune removes it',
    ],
    question: `Replace ${published}?`,
  });
}
