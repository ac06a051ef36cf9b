import { clientServices, projectBackups, serverHealth } from '../../database/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { formatAge } from '../../shared/units.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, ofProblem, Unavailable } from '../types.ts';
import { runningProject } from './services.ts';

const DAY = 86_400_000;
/** Days after which the newest verified backup is too old. */
const OLD_BACKUP = 7;

export const databaseChecks: readonly Check[] = [
  {
    id: 'database-reachable',
    title: 'the database server lets the project in',
    look: async (facts) => {
      try {
        await healthOf(facts);
        return [];
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return error.problems.map(ofProblem);
      }
    },
  },
  {
    id: 'databases-present',
    title: 'every database of the project is there',
    look: async (facts) => {
      const { databases } = await knownHealth(facts);
      return databases
        .filter(({ present }) => !present)
        .map(({ name }) => ({
          severity: 'error',
          title: `the database ${name} does not exist`,
          next: `coog up -d makes it; coog db:list shows what there is`,
        }));
    },
  },
  {
    id: 'database-extensions',
    title: 'every database of the project has the extensions that Coog needs',
    look: async (facts) => {
      const { databases } = await knownHealth(facts);
      return databases
        .filter(({ missing }) => missing.length > 0)
        .map(({ name, missing }) => ({
          severity: 'error',
          title: `the database ${name} lacks ${missing.join(' and ')}`,
          next: `coog db:shell --database ${name} -- -c "${missing.map((e) => `CREATE EXTENSION ${e};`).join(' ')}"`,
        }));
    },
  },
  {
    id: 'verified-backup',
    title: 'the newest verified backup is a week old at most',
    look: async (facts) => {
      const backups = await projectBackups(await facts.plan());
      const verified = backups.filter(({ manifest }) => manifest?.verified && !manifest.damaged);
      const newest = verified.reduce<Date | undefined>(
        (last, { created }) => (!last || created > last ? created : last),
        undefined,
      );
      if (newest && facts.now.getTime() - newest.getTime() < OLD_BACKUP * DAY) return [];
      if (!newest && (await facts.containers().catch(() => [])).length === 0)
        throw new Unavailable('the project does not run');
      const title = newest
        ? `the newest verified backup is ${formatAge(newest, facts.now)} old`
        : 'there is no verified backup';
      const evidence = `${backups.length} backups in backups/`;
      return [{ severity: 'warning', title, evidence, next: 'coog db:dump' }];
    },
  },
  {
    id: 'damaged-backups',
    title: 'no backup is known to be damaged',
    look: async (facts) =>
      (await projectBackups(await facts.plan()))
        .filter(({ manifest, problem }) => manifest?.damaged || problem)
        .map(
          ({ path }): Finding => ({
            severity: 'warning',
            title: 'a backup is damaged: it cannot be loaded',
            place: { file: path },
            next: 'coog db:dump, then remove the damaged one',
          }),
        ),
  },
];

const looked = new WeakMap<Facts, ReturnType<typeof serverHealth>>();

/** @throws ProblemError, Unavailable */
async function healthOf(facts: Facts): ReturnType<typeof serverHealth> {
  const known = looked.get(facts);
  if (known) return known;
  const [engine, plan] = await Promise.all([facts.engine(), facts.plan()]);
  if (clientServices(plan).length === 0) throw new Unavailable('no service uses the database');
  const isBundled = plan.services.some(({ name }) => name === plan.values.get('POSTGRES_HOST')?.value);
  if (isBundled) await runningProject(facts);
  const health = looked.get(facts) ?? serverHealth(plan, engine);
  looked.set(facts, health);
  return health;
}

async function knownHealth(facts: Facts): ReturnType<typeof serverHealth> {
  try {
    return await healthOf(facts);
  } catch (error) {
    if (error instanceof ProblemError) throw new Unavailable('the database server is not to be had');
    throw error;
  }
}
