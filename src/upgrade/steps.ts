import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type DatabaseContext, dumpDatabase, dumpMongo, keepDatabase, updateDatabase } from '../database/index.ts';
import {
  composeModel,
  detectEngine,
  listContainers,
  missingImages,
  pullImages,
  requireCompose,
} from '../engine/index.ts';
import { configure, planOrRefuse, provideImages, up } from '../operations/index.ts';
import { changeVariables } from '../settings/index.ts';
import { isAbsent, isUnused } from './absent.ts';
import { imageChanges } from './changes.ts';
import { type BackupMade, type Journal, markOf, type StepName, writeJournal } from './journal.ts';
import { modelOf, planWith } from './propose.ts';

export interface StepOptions {
  /** Milliseconds for starting and waiting together. */
  readonly timeout: number;
}

interface Step {
  /** What a person reads when it begins. */
  readonly title: string;
  /** Does it, also where a run that was killed did a part of it or all. Answers what the journal knows afterwards. */
  readonly run: (journal: Journal, context: DatabaseContext, options: StepOptions) => Promise<Journal>;
}

export const steps: Readonly<Record<StepName, Step>> = {
  pull: { title: 'pulling the images of the new version', run: pull },
  backup: { title: 'backing up every database', run: backUp },
  stop: { title: 'stopping the services that use the databases', run: stop },
  switch: { title: 'changing the configuration', run: switchOver },
  update: { title: 'updating the databases', run: update },
  start: { title: 'starting the new version, and waiting until it is healthy', run: start },
};

async function pull(journal: Journal, context: DatabaseContext): Promise<Journal> {
  const { folder, environment } = context.request;
  const [engine, before, { plan: after }] = await Promise.all([
    detectEngine({ env: environment, folder }),
    planOrRefuse(context, true),
    planWith(journal.changes, context),
  ]);
  const missing = await missingImages(engine, modelOf(imageChanges(before, after)));
  if (missing.length > 0) context.say(`Pulling ${missing.map(({ image }) => image).join(', ')}`);
  await pullImages(engine, missing, context.signal);
  return journal;
}

/** Each is read back before the next; those of a run that was killed are kept, and made anew only where they are missing. */
async function backUp(journal: Journal, context: DatabaseContext): Promise<Journal> {
  let current = journal;
  const add = async (made: BackupMade): Promise<void> => {
    current = { ...current, backups: [...current.backups, made] };
    await writeJournal(context.request.folder, current);
  };
  const wanted = journal.databases.filter((name) => !journal.backups.some(({ of }) => of === name));
  for (const [i, database] of wanted.entries()) {
    // The document store belongs to the project, not to one of its databases.
    const filestore = journal.filestore && i === 0;
    const options = { database, file: undefined, format: 'dump', filestore, encryptTo: [], client: undefined } as const;
    const { file } = await dumpDatabase({ ...options, stdout: new PassThrough() }, context);
    await add({ of: database, file });
  }
  for (const { name } of (await planOrRefuse(context, true)).databases) {
    if (current.backups.some(({ of }) => of === name)) continue;
    const options = { database: name, file: undefined, format: 'dump', encryptTo: [], client: undefined } as const;
    const made = await dumpDatabase({ ...options, filestore: false, stdout: new PassThrough() }, context).catch(
      isAbsent,
    );
    if (made) await add({ of: name, file: made.file });
  }
  if (!current.backups.some(({ of }) => of === MONGO)) {
    const file = await backUpMongo(context);
    if (file !== undefined) await add({ of: MONGO, file });
  }
  return current;
}

const MONGO = 'MongoDB';

/** @returns its file; undefined where there is nothing to back up */
async function backUpMongo(context: DatabaseContext): Promise<string | undefined> {
  const options = { database: undefined, file: undefined, encryptTo: [], client: undefined } as const;
  return (await dumpMongo({ ...options, stdout: new PassThrough() }, context).catch(isUnused))?.file;
}

/** PostgreSQL keeps what a database was beside it; MongoDB has a file for that, which must hold the last change before. */
async function stop(journal: Journal, context: DatabaseContext): Promise<Journal> {
  await stopServices(journal, context);
  const mongo = await backUpMongo(context);
  if (mongo === undefined) return journal;
  const others = journal.backups.filter(({ of }) => of !== MONGO);
  return { ...journal, mongo, backups: [...others, { of: MONGO, file: mongo }] };
}

/** Stops what uses the databases, by the files of the last configure. Broker, cache, proxy and servers stay up. */
export async function stopServices({ services }: Journal, context: DatabaseContext): Promise<void> {
  const { request, say } = context;
  const engine = await detectEngine({ env: request.environment, folder: request.folder });
  const { name } = await planOrRefuse(context, true);
  const there = (await listContainers(engine, name)).filter(
    (c) => c.state !== 'exited' && services.includes(c.service),
  );
  const running = [...new Set(there.map(({ service }) => service))];
  if (running.length === 0) return;
  say(`Stopping ${running.join(', ')}`);
  await requireCompose(engine, request.folder, ['stop', ...running]);
}

async function switchOver(journal: Journal, context: DatabaseContext): Promise<Journal> {
  const { folder, environment } = context.request;
  const files = [...new Set(journal.changes.map(({ file }) => file))];
  const kept = { ...journal.kept };
  for (const file of files) kept[file] ??= await readFile(join(folder, file), 'utf8');
  const current = { ...journal, kept };
  await writeJournal(folder, current);
  for (const file of files) {
    const changes = journal.changes.filter((c) => c.file === file).map(({ name, to }) => ({ name, value: to }));
    await changeVariables(context.request, changes, file);
  }
  const plan = await planOrRefuse(context, true);
  await configure(plan, context);
  const engine = await detectEngine({ env: environment, folder });
  await provideImages({ engine, plan, model: await composeModel(engine, folder) }, false, context);
  return current;
}

async function update(journal: Journal, context: DatabaseContext): Promise<Journal> {
  for (const database of journal.databases)
    await updateDatabase({ database, modules: [], why: markOf(journal) }, context);
  for (const database of journal.others ?? []) await keepDatabase({ database, why: markOf(journal) }, context);
  return journal;
}

async function start(journal: Journal, context: DatabaseContext, { timeout }: StepOptions): Promise<Journal> {
  await startAll(timeout, context);
  return journal;
}

/** Starts the whole project by its configuration of now. */
export const startAll = (timeout: number, context: DatabaseContext) =>
  up({ services: [], detach: true, wait: true, timeout, rebuild: false, passedOn: [] }, context);
