import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BSON, MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { setVariable } from '../e2e/demo.ts';
import { disableShipped, type Service, setServices, sleeper, testSubnet } from '../e2e/light.ts';
import type { ComposeName } from '../e2e/machine.ts';
import { thenItSucceeded } from '../e2e/outcome.ts';
import { createProject, type Project } from '../e2e/project.ts';

/** Every character means something to a URI, a shell, YAML or Compose. Another one in each run, as all processes are looked at. */
export const PASSWORD = `p@ss:w/ord$#%'"\\ é{}?&=+${randomBytes(4).toString('hex')}`;

/** Documents of the larger collection. */
const USERS = 3_000;

/** Stands in for a service that uses MongoDB, and is unhealthy as long as the file `flags/ill` is there. */
const portal: Service = sleeper({
  network_mode: undefined,
  networks: ['backend'],
  environment: { MONGODB_URI: '${MONGODB_URI}' },
  volumes: ['./flags:/flags:ro'],
  healthcheck: {
    test: ['CMD-SHELL', 'test ! -e /flags/ill'],
    interval: '1s',
    timeout: '5s',
    retries: 2,
    start_period: '1s',
  },
});

export interface MongoWorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Lines behind the smallest env.custom. */
  readonly settings?: readonly string[];
  /** Shipped fragments that stay, as disabled_services names them. */
  readonly fragments?: readonly string[];
  /** The user's own services besides. */
  readonly services?: Readonly<Record<string, Service>>;
}

/** A project with MongoDB and one service that uses it. */
export class MongoWorld {
  project!: Project;

  /** A path for a file that a test makes. */
  readonly file = (name: string): string => join(dirname(this.project.folder), name);

  async build(compose: ComposeName, more: MongoWorldOptions = {}): Promise<void> {
    const [name, tag] = (process.env.COOG_TEST_MONGO_IMAGE ?? '').split(':');
    if (!name || !tag) throw new Error('COOG_TEST_MONGO_IMAGE is not set: npm run test:long makes the image');
    this.project = await createProject({ compose, ...(more.env ? { env: more.env } : {}) });
    const { project } = this;
    await mkdir(join(project.folder, 'flags'));
    const env = [
      `COMPOSE_PROJECT_NAME=${project.name}`,
      `FILESYSTEM_ROOT=${join(project.folder, 'data')}`,
      ...['IMAGE_VERSION_COOG=1', 'JWT_ENCRYPTION=jwt', 'COOG_GATEWAY_TOKEN=token', 'CUSTOM_POSTGRES_PASSWORD=pg'],
      ...[`CUSTOM_IMAGE_NAME_MONGO=${name}`, `IMAGE_VERSION_MONGO=${tag}`, 'HEALTHCHECK_INTERVAL=1s'],
      `HEALTHCHECK_MONGO="bash -c '</dev/tcp/127.0.0.1/27017'"`,
      `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`,
      `CUSTOM_NETWORK_FRONTEND_SUBNET=${testSubnet()}`,
      ...(more.settings ?? []),
    ];
    await project.write({ 'env.custom': `${env.join('\n')}\n` });
    await disableShipped(project);
    const disabled = (await project.read('disabled_services')).split('\n');
    const wanted = ['database/mongo', ...(more.fragments ?? [])];
    await project.write({ disabled_services: disabled.filter((line) => !wanted.includes(line)).join('\n') });
    await setServices(project, { portal, ...more.services });
    await setVariable(project, 'CUSTOM_MONGO_PASSWORD', PASSWORD);
    thenItSucceeded(await project.coog('up', '-d'));
    await this.connected(fill);
  }

  async remove(): Promise<void> {
    await this.project?.remove();
  }

  async connected<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    const host = Object.values((await this.project.container('mongo')).addresses)[0];
    const login = `coog:${encodeURIComponent(PASSWORD)}`;
    const client = new MongoClient(`mongodb://${login}@${host}/?authSource=admin&directConnection=true`, {
      serverSelectionTimeoutMS: 30_000,
    });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** A digest of the documents and the indexes of each collection, by `database.collection`. */
  readonly contents = (): Promise<Record<string, string>> => this.connected(contentsOf);

  /** Changes, adds and removes documents and collections. Answers what there is now. */
  async changed(mark: string): Promise<Record<string, string>> {
    await this.connected(async (client) => {
      const gateway = client.db('coog-gateway');
      await gateway.collection('users').updateMany({ n: { $lt: 100 } }, { $set: { mark } });
      await gateway.collection('sessions').deleteMany({});
      await gateway.collection('made_later').insertOne({ mark });
      await client.db('coog-api-v2').collection('quotes').insertOne({ mark });
    });
    return this.contents();
  }
}

async function fill(client: MongoClient): Promise<void> {
  const gateway = client.db('coog-gateway');
  const users = Array.from({ length: USERS }, (_, n) => ({ n, name: `Ærø ${n}`, tags: [n % 7, 'x'], at: new Date(n) }));
  await gateway.collection<object>('users').insertMany(users);
  await gateway.collection('users').createIndex({ n: 1 }, { unique: true });
  await gateway.collection('sessions').insertMany([{ key: 'a' }, { key: 'b' }]);
  await client
    .db('coog-api-v2')
    .collection('quotes')
    .insertOne({ text: '€ "quoted" $x', bytes: Buffer.from([0, 1, 255]) });
  await client.db('coog-identity-manager').createCollection('empty');
}

async function contentsOf(client: MongoClient): Promise<Record<string, string>> {
  const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true });
  const found: Record<string, string> = {};
  for (const { name: database } of databases as { name: string }[]) {
    if (['admin', 'config', 'local'].includes(database)) continue;
    for (const { name } of await client.db(database).listCollections({}, { nameOnly: true }).toArray()) {
      const collection = client.db(database).collection(name);
      const documents = (await collection.find().toArray()).map((d) => BSON.EJSON.stringify(d)).sort();
      const indexes = (await collection.indexes()).map(({ key, unique }) => JSON.stringify({ key, unique })).sort();
      const digest = createHash('sha256')
        .update(JSON.stringify([documents, indexes]))
        .digest('hex');
      found[`${database}.${name}`] = `${documents.length} ${digest.slice(0, 12)}`;
    }
  }
  return found;
}

/** A world for all tests of a block. */
export function givenMongo(
  compose: ComposeName,
  options: () => Promise<MongoWorldOptions> = () => Promise.resolve({}),
): MongoWorld {
  const world = new MongoWorld();
  beforeAll(async () => world.build(compose, await options()), 300_000);
  afterAll(() => world.remove(), 120_000);
  return world;
}
