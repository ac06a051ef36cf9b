import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type DatabaseContext, type Intent, isKept, loadMongo, putBack } from '../database/index.ts';
import { configure, planOrRefuse } from '../operations/index.ts';
import { changeVariables } from '../settings/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { formatAge } from '../shared/units.ts';
import { type Journal, markOf, readJournal, removeJournal, type StepName, stepNames, writeJournal } from './journal.ts';
import { withChanges } from './propose.ts';
import { type StepOptions, startAll, stopServices } from './steps.ts';

export interface RollbackOptions extends StepOptions {
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface RolledBack {
  readonly from: string;
  readonly to: string;
  /** Databases that are again what they were. */
  readonly databases: readonly string[];
  /** Databases of MongoDB that were loaded again. */
  readonly mongo: readonly string[];
}

/**
 * Takes the last upgrade back whole, finished or not: databases of the back office, of plugins and of MongoDB, configuration,
 * images. What the new version's databases hold is kept, MongoDB's in a backup. Can be called again where it was interrupted.
 * @throws ProblemError UPGRADE_NOT_UNDER_WAY, UPGRADE_PREVIOUS_GONE (2) with nothing changed
 */
export async function rollBackUpgrade(options: RollbackOptions, outer: DatabaseContext): Promise<RolledBack> {
  const context: DatabaseContext = { ...outer, upgrading: true };
  const { folder } = context.request;
  const journal = await readJournal(folder);
  if (!journal) throw new ProblemError(none);
  const { from, to } = journal;
  if (!reached(journal, 'stop')) {
    await removeJournal(folder);
    context.say('The upgrade had changed nothing yet; its backups are kept');
    return { from, to, databases: [], mongo: [] };
  }
  const replaced = await replacedDatabases(journal, context);
  await options.confirm(intentOf(journal, replaced, context));
  const back: Journal = { ...journal, state: 'taking-back' };
  await writeJournal(folder, back);
  await stopServices(journal, context);
  // Also where nothing was replaced yet: an update that was killed has locked the users out.
  for (const database of databasesOf(journal)) {
    if (replaced.includes(database)) context.say(`Bringing ${database} back`);
    await putBack({ database, replacedBy: markOf(journal), why: takenBackBy(journal) }, context);
  }
  const mongo = await loadMongoBack(back, context);
  await restoreFiles(journal, context);
  await configure(await planOrRefuse(context, true), context);
  await startAll(options.timeout, context);
  await removeJournal(folder);
  return { from, to, databases: replaced, mongo };
}

const isBegun = ({ step }: Journal, wanted: StepName): boolean => stepNames.indexOf(step) >= stepNames.indexOf(wanted);

/** Whether an upgrade came as far as to begin with a step. */
const reached = (journal: Journal, wanted: StepName): boolean =>
  journal.state !== 'under-way' || isBegun(journal, wanted);

/** Once: what is written after that is the old version's. @returns databases of MongoDB that are what they were */
async function loadMongoBack(journal: Journal, context: DatabaseContext): Promise<readonly string[]> {
  if (!holdsMongoBack(journal)) return [];
  context.say('Bringing MongoDB back');
  const options = { database: undefined, identities: [], client: undefined, stdin: Readable.from([]) };
  const loaded = await loadMongo({ ...options, file: journal.mongo, confirm: () => Promise.resolve() }, context);
  const { mongo: _, ...rest } = journal;
  await writeJournal(context.request.folder, rest);
  return loaded.databases;
}

/** Whether the new version may have written into MongoDB. */
const holdsMongoBack = (journal: Journal): journal is Journal & { readonly mongo: string } =>
  journal.mongo !== undefined && isBegun(journal, 'update');

/** All that the upgrade replaces in PostgreSQL. */
const databasesOf = ({ databases, others = [] }: Journal): readonly string[] => [...databases, ...others];

const takenBackBy = ({ id }: Journal): string => `rollback of upgrade ${id}`;

/** Those that the upgrade replaced and that are still kept. @throws ProblemError UPGRADE_PREVIOUS_GONE (2) */
async function replacedDatabases(journal: Journal, context: DatabaseContext): Promise<string[]> {
  const replaced: string[] = [];
  const gone: string[] = [];
  for (const database of databasesOf(journal)) {
    if (await isKept(database, markOf(journal), context)) replaced.push(database);
    else if (journal.state === 'done' || (journal.state === 'under-way' && reached(journal, 'start')))
      gone.push(database);
  }
  if (gone.length > 0) throw new ProblemError(gone.map((database) => previousGone(database, journal)));
  return replaced;
}

/** Byte for byte where nobody changed them since; else only the variables of the upgrade. */
async function restoreFiles({ kept, changes }: Journal, { request }: DatabaseContext): Promise<void> {
  for (const [file, before] of Object.entries(kept)) {
    const path = join(request.folder, file);
    const now = await readFile(path, 'utf8').catch(() => '');
    if (now === before) continue;
    if (now === withChanges(before, file, changes)) {
      await writeFilesAtomically([{ path, content: before, mode: (await stat(path)).mode & 0o777 }]);
      continue;
    }
    const back = changes.filter((c) => c.file === file).map(({ name, from }) => ({ name, value: from }));
    await changeVariables(request, back, file);
  }
}

function intentOf(journal: Journal, replaced: readonly string[], { now }: DatabaseContext): Intent {
  const { from, to, began, mongo } = journal;
  const age = formatAge(new Date(began), now());
  const untouched = databasesOf(journal).filter((name) => !replaced.includes(name));
  return {
    lines: [
      `from ${to} back to ${from}`,
      ...(replaced.length > 0
        ? [
            `${replaced.join(', ')} become what they were before the upgrade, ${age} ago`,
            'what was entered since is not in them; it is kept beside, and coog db:undo changes the two back',
          ]
        : []),
      ...(holdsMongoBack(journal)
        ? [`MongoDB becomes what it was by ${mongo}; what it holds now is backed up before`]
        : []),
      ...(untouched.length > 0
        ? [`as they are, because the upgrade did not replace them: ${untouched.join(', ')}`]
        : []),
    ],
    question: 'Take the upgrade back?',
  };
}

const none: Problem = {
  code: 'UPGRADE_NOT_UNDER_WAY',
  title: 'there is no upgrade of this project that could be taken back',
  next: 'coog db:list shows what is kept',
};

function previousGone(database: string, { backups, to }: Journal): Problem {
  const backup = backups.find(({ of }) => of === database);
  return {
    code: 'UPGRADE_PREVIOUS_GONE',
    title: `what the upgrade to ${to} replaced of ${database} is not kept any more; nothing was changed`,
    detail: 'Something else has replaced the database since, or the copy was removed.',
    next: backup ? `coog db:load ${backup.file} brings the state before the upgrade back` : 'coog db:list',
  };
}
