import type { Document, MongoClient } from 'mongodb';

/** MongoDB's own: never dumped by name, never loaded. */
export const SYSTEM = ['admin', 'config', 'local'] as const;

/** What coog keeps beside live collections; `id` tells runs from each other. */
export const besideName = (kind: 'new' | 'prev', id: string, collection: string): string =>
  `coog_${kind}_${id}_${collection}`;

const beside = /^coog_(new|prev)_([0-9a-f]{8})_(.+)$/s;

/** The parts of {@link besideName}; undefined for a collection of the user's. */
export function parseBeside(name: string): { kind: 'new' | 'prev'; id: string; collection: string } | undefined {
  const [, kind, id = '', collection = ''] = beside.exec(name) ?? [];
  return kind === undefined ? undefined : { kind: kind as 'new' | 'prev', id, collection };
}

export interface Collection {
  readonly database: string;
  readonly name: string;
  readonly type: 'collection' | 'view' | 'timeseries';
  /** Of a view: what it is made of. */
  readonly options: Document;
}

/** All collections of all databases but MongoDB's own, those that coog keeps beside included; sorted. */
export async function listCollections(client: MongoClient, only?: string): Promise<Collection[]> {
  const { databases } = (await client.db('admin').command({ listDatabases: 1, nameOnly: true })) as unknown as {
    databases: { name: string }[];
  };
  const names = databases.map(({ name }) => name).filter((name) => !(SYSTEM as readonly string[]).includes(name));
  const found: Collection[] = [];
  for (const database of names.filter((name) => only === undefined || name === only).sort())
    for (const { name, type = 'collection', options = {} } of (await client
      .db(database)
      .listCollections({}, { nameOnly: false })
      .toArray()) as unknown as { name: string; type?: Collection['type']; options?: Document }[])
      if (!name.startsWith('system.')) found.push({ database, name, type, options });
  return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export const keyOf = ({ database, name }: Pick<Collection, 'database' | 'name'>): string => `${database}.${name}`;

/** Documents by `database.collection`; views have none of their own. */
export async function countDocuments(
  client: MongoClient,
  collections: readonly Collection[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const collection of collections.filter(({ type }) => type !== 'view')) {
    signal.throwIfAborted();
    const { database, name } = collection;
    counts.set(keyOf(collection), await client.db(database).collection(name).countDocuments({}));
  }
  return counts;
}
