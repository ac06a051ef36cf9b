import { randomBytes } from 'node:crypto';
import type { DatabaseContext, Intent } from '../database/index.ts';
import { upgradeJournal } from '../operations/index.ts';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { formatBytes } from '../shared/units.ts';
import { type Journal, readJournal, type StepName, stepNames, writeJournal } from './journal.ts';
import { type Proposal, proposeUpgrade, type Sized, type UpgradeWish } from './propose.ts';
import { type StepOptions, steps } from './steps.ts';

export interface UpgradeOptions extends UpgradeWish, StepOptions {
  /** Back the document store up as well. */
  readonly filestore: boolean;
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface Upgraded {
  readonly from: string;
  readonly to: string;
  readonly databases: readonly string[];
  readonly backups: readonly string[];
  /** Seconds. */
  readonly duration: number;
}

/**
 * Brings a project to another version: images pulled, every database backed up and updated in a copy that is swapped in, services
 * started on it. What ends it on the way leaves a journal, by which `resumeUpgrade` goes on and `rollBackUpgrade` takes it back.
 * @throws ProblemError (2) where nothing was changed; (1) with the step at which it stopped
 */
export async function upgrade(options: UpgradeOptions, context: DatabaseContext): Promise<Upgraded> {
  const { folder } = context.request;
  const last = await readJournal(folder);
  if (last && last.state !== 'done') throw new ProblemError(unfinished(last, folder));
  const proposal = await proposeUpgrade(options, context);
  await options.confirm(intentOf(proposal));
  const journal: Journal = {
    format: 1,
    id: randomBytes(4).toString('hex'),
    state: 'under-way',
    step: 'pull',
    from: proposal.from,
    to: proposal.to,
    began: context.now().toISOString(),
    changes: proposal.changes,
    services: proposal.services,
    databases: proposal.databases.map(({ name }) => name),
    others: proposal.others.map(({ name }) => name),
    backups: [],
    filestore: options.filestore,
    kept: {},
  };
  return drive(journal, options, context);
}

/** Goes on with an upgrade that was interrupted, at the step that was not over. @throws ProblemError as `upgrade` */
export async function resumeUpgrade(options: StepOptions, context: DatabaseContext): Promise<Upgraded> {
  const journal = await readJournal(context.request.folder);
  if (journal?.state === 'taking-back') throw new ProblemError(unfinished(journal, context.request.folder));
  if (journal?.state !== 'under-way') throw new ProblemError(nothingUnderWay(journal));
  context.say(`Going on with the upgrade from ${journal.from} to ${journal.to}`);
  return drive(journal, options, context);
}

async function drive(begun: Journal, options: StepOptions, outer: DatabaseContext): Promise<Upgraded> {
  const { folder } = outer.request;
  const context: DatabaseContext = { ...outer, upgrading: true };
  let journal = begun;
  for (const name of stepNames.slice(stepNames.indexOf(begun.step))) {
    journal = { ...journal, step: name };
    await writeJournal(folder, journal);
    context.say(`» ${stepNames.indexOf(name) + 1}/${stepNames.length} ${steps[name].title}`);
    try {
      context.signal.throwIfAborted();
      journal = await steps[name].run(journal, context, options);
    } catch (error) {
      throw stoppedAt(name, error, context);
    }
  }
  await writeJournal(folder, { ...journal, state: 'done' });
  const { from, to, databases } = journal;
  const duration = (context.now().getTime() - new Date(journal.began).getTime()) / 1000;
  return { from, to, databases, backups: journal.backups.map(({ file }) => file), duration };
}

/** Before the services stop, nothing that runs was touched. */
const UNTOUCHED: readonly StepName[] = ['pull', 'backup'];

function stoppedAt(step: StepName, error: unknown, { signal }: DatabaseContext): ProblemError {
  const causes = error instanceof ProblemError ? error.problems : [];
  const why = signal.aborted ? 'was interrupted' : 'stopped';
  const stands = UNTOUCHED.includes(step) ? 'nothing that runs was changed' : 'every database is whole, old or new';
  const unknown = causes.length === 0 && !signal.aborted ? { detail: (error as Error).message } : {};
  return new ProblemError(
    [
      ...(signal.aborted ? [] : causes),
      {
        code: 'UPGRADE_STOPPED',
        title: `the upgrade ${why} at ${steps[step].title}; ${stands}`,
        ...unknown,
        next: 'coog upgrade --resume goes on, coog upgrade --rollback takes everything back',
      },
    ],
    { exitCode: ExitCode.failed, cause: error },
  );
}

/** What the user is asked about, and what a dry run shows. */
export function intentOf({ from, to, images, missing, services, databases, others, mongo, free }: Proposal): Intent {
  const size = [...databases, ...others].reduce((sum, { bytes }) => sum + bytes, 0);
  const room = free === undefined ? '' : `, ${formatBytes(free)} free`;
  const named = (all: readonly Sized[]) => all.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`).join(', ');
  const kept = `what they are now is kept (${formatBytes(size)}${room})`;
  return {
    lines: [
      `from ${from} to ${to}`,
      ...images.map((i) => `  ${i.service}: ${i.from ?? 'new'} → ${i.to}`),
      ...(missing.length > 0 ? [`pulled first: ${missing.map(({ image }) => image).join(', ')}`] : []),
      databases.length > 0
        ? `backed up, then updated in a copy: ${named(databases)}; ${kept}`
        : 'no database of the back office is there yet',
      ...(others.length > 0 ? [`backed up, then copied for the new version: ${named(others)}`] : []),
      ...(mongo ? ['backed up, and loaded again when the upgrade is taken back: MongoDB'] : []),
      `stopped meanwhile: ${services.join(', ')}`,
    ],
    question: `Upgrade to ${to}?`,
  };
}

const unfinished = ({ from, to, state }: Journal, folder: string): Problem => ({
  code: 'UPGRADE_UNFINISHED',
  title:
    state === 'taking-back'
      ? `the upgrade from ${from} to ${to} is being taken back`
      : `the upgrade from ${from} to ${to} is not finished`,
  place: { file: upgradeJournal(folder) },
  next: state === 'taking-back' ? 'coog upgrade --rollback' : 'coog upgrade --resume, or coog upgrade --rollback',
});

const nothingUnderWay = (last: Journal | undefined): Problem => ({
  code: 'UPGRADE_NOT_UNDER_WAY',
  title: last ? `the upgrade to ${last.to} is finished` : 'no upgrade of this project was begun',
  next: last ? 'coog upgrade --rollback takes it back' : 'coog upgrade VERSION',
});
