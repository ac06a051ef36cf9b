import type { Plan } from '../../plan/index.ts';
import { clientsAmong, servicesWith, startStopped, type Where } from '../clients.ts';
import type { DatabaseContext } from '../context.ts';
import { withMongo } from './connect.ts';
import { readJournal, removeJournal } from './journal.ts';
import type { MongoTarget } from './server.ts';
import { dropBeside, swapBack } from './swap.ts';

/** Variables by which services are told of MongoDB. */
const TOLD_BY = ['MONGODB_URI', 'MONGO_HOST', 'COOG_API_MONGODB_URI', 'COOG_API_MONGO_HOST'];

const whereOf = ({ engine, plan }: MongoTarget): Where => ({ engine, plan, note: 'stopped-mongo-clients.json' });

/** Services that are told of MongoDB, itself left out. */
export function mongoServices(plan: Plan): string[] {
  const server = plan.values.get('MONGO_HOST')?.value;
  return servicesWith(plan, TOLD_BY).filter((name) => name !== server && name !== 'mongo');
}

/** Those of them that run. */
export const mongoClients = (target: MongoTarget, context: DatabaseContext) =>
  clientsAmong(mongoServices(target.plan), whereOf(target), context);

/**
 * Takes back what a load that was killed has left, under the lock: the collections are those of before, or, where the swap
 * was over and the services healthy, those of after.
 */
export async function recoverMongo(target: MongoTarget, context: DatabaseContext): Promise<void> {
  const { plan, server } = target;
  const journal = await readJournal(plan);
  if (journal) {
    await withMongo(server, async (client) => {
      if (journal.state === 'swapping') {
        context.say('An interrupted load is taken back');
        // Nobody writes into collections that are just being exchanged.
        await (await mongoClients(target, context)).stop();
        await swapBack(client, journal);
      }
      for (const kind of ['new', 'prev'] as const) await dropBeside(client, kind, journal.id);
    });
    await removeJournal(plan);
  }
  await startStopped(whereOf(target), context);
}
