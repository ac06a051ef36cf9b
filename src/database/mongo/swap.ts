import type { MongoClient } from 'mongodb';
import { besideName, type Collection, listCollections, parseBeside } from './collections.ts';
import type { Journal, Step, View } from './journal.ts';

/** What stands beside each other before a swap: the live collections, and those that were restored. */
export interface Sides {
  readonly live: readonly Collection[];
  readonly restored: readonly Collection[];
}

/** The two sides of a load in some databases. A view that was restored has its definition under the name beside. */
export async function readSides(client: MongoClient, id: string, databases: readonly string[]): Promise<Sides> {
  const all = (await listCollections(client)).filter(({ database }) => databases.includes(database));
  const isRestored = ({ name }: Collection): boolean => {
    const parsed = parseBeside(name);
    return parsed?.kind === 'new' && parsed.id === id;
  };
  return { live: all.filter(({ name }) => parseBeside(name) === undefined), restored: all.filter(isRestored) };
}

/** The renames that put the restored collections into the place of all live ones. */
export function planSwap(id: string, { live, restored }: Sides): Pick<Journal, 'steps' | 'views'> {
  const isView = ({ type }: Collection): boolean => type === 'view';
  const away: Step[] = live
    .filter((c) => !isView(c))
    .map(({ database, name }) => ({ database, from: name, to: besideName('prev', id, name) }));
  const into: Step[] = restored
    .filter((c) => !isView(c))
    .map(({ database, name }) => ({ database, from: name, to: parseBeside(name)?.collection ?? name }));
  const viewOf = ({ database, name, options }: Collection): View => ({
    database,
    name: parseBeside(name)?.collection ?? name,
    options,
  });
  return {
    steps: [...away, ...into],
    views: { before: live.filter(isView).map(viewOf), after: restored.filter(isView).map(viewOf) },
  };
}

/** Renames in order. What was renamed already, by a run that was killed, stays so. */
export async function swapIn(client: MongoClient, { steps, views }: Journal): Promise<void> {
  await dropViews(client, views.before);
  for (const { database, from, to } of steps) await client.db(database).renameCollection(from, to);
  await makeViews(client, views.after);
}

/** Undoes what was done of a swap, at whatever step it ended. */
export async function swapBack(client: MongoClient, { steps, views }: Journal): Promise<void> {
  await dropViews(client, views.after);
  for (const { database, from, to } of steps.toReversed()) {
    const names = await namesIn(client, database);
    // A step was done when its target is there and its source is not; the order backwards makes that unambiguous.
    if (names.has(to) && !names.has(from)) await client.db(database).renameCollection(to, from);
  }
  await makeViews(client, views.before);
}

/** Drops what stands beside the live collections: of one side, and of one load. */
export async function dropBeside(client: MongoClient, kind: 'new' | 'prev', id: string): Promise<void> {
  const all = await listCollections(client);
  for (const { database, name } of all) {
    const parsed = parseBeside(name);
    if (parsed?.kind === kind && parsed.id === id) await client.db(database).dropCollection(name);
  }
}

async function namesIn(client: MongoClient, database: string): Promise<Set<string>> {
  const found = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
  return new Set(found.map(({ name }) => name));
}

async function dropViews(client: MongoClient, views: readonly View[]): Promise<void> {
  for (const { database, name } of views)
    if ((await namesIn(client, database)).has(name)) await client.db(database).dropCollection(name);
}

async function makeViews(client: MongoClient, views: readonly View[]): Promise<void> {
  for (const { database, name, options } of views)
    if (!(await namesIn(client, database)).has(name)) await client.db(database).createCollection(name, options);
}
