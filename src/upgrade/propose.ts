import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setInEnvFile } from '../configuration/index.ts';
import {
  type DatabaseContext,
  databaseServers,
  databaseUsers,
  type MeasuredDatabase,
  measureDatabases,
  mongoIsUsed,
} from '../database/index.ts';
import { detectEngine, type MissingImage, missingImages } from '../engine/index.ts';
import { type Plan, planProject } from '../plan/index.ts';
import { isWarning, type Problem, ProblemError, throwErrors } from '../shared/problem.ts';
import { formatBytes } from '../shared/units.ts';
import { type ImageChange, imageChanges, variableChanges, versionVariable } from './changes.ts';
import type { VariableChange } from './journal.ts';

export interface UpgradeWish {
  /** The tag of the new version. */
  readonly version: string;
  /** Other variables that become others with it, by the names that a user sets. */
  readonly set: ReadonlyMap<string, string>;
}

/** What an upgrade would do. */
export interface Proposal {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly VariableChange[];
  readonly images: readonly ImageChange[];
  readonly missing: readonly MissingImage[];
  /** Services that are stopped while the databases are updated. */
  readonly services: readonly string[];
  /** Those of the back office, which are updated. */
  readonly databases: readonly Sized[];
  /** Those of plugins, which the new version uses on. */
  readonly others: readonly Sized[];
  /** MongoDB is backed up when nobody uses it, too. */
  readonly mongo: boolean;
  /** Bytes on the disk of the server; undefined where nobody knows. */
  readonly free: number | undefined;
}

export type Sized = Pick<MeasuredDatabase, 'name' | 'bytes'>;

/**
 * Plans an upgrade and looks at everything that could go wrong with it. Changes nothing.
 * @throws ProblemError (2) with everything that is wrong: what planning finds, UPGRADE_NOTHING, DB_DISK_FULL, missing rights
 */
export async function proposeUpgrade(wish: UpgradeWish, context: DatabaseContext): Promise<Proposal> {
  const { folder, environment } = context.request;
  const now = await planProject(context.request);
  if (!now.plan) throw new ProblemError(now.problems);
  const wanted = new Map([[versionVariable(now.values), wish.version], ...wish.set]);
  const changes = variableChanges(now.values, wanted);
  const next = await planWith(changes, context);
  const images = imageChanges(now.plan, next.plan);
  const from = now.values.get('IMAGE_VERSION_COOG')?.value ?? '';
  if (images.length === 0) throw new ProblemError(nothing(from));
  const engine = await detectEngine({ env: environment, folder });
  const [missing, { office, others }, mongo] = await Promise.all([
    missingImages(engine, modelOf(images)),
    measureDatabases(context),
    mongoIsUsed(context),
  ]);
  const measured = [...office, ...others];
  const found = [...next.problems.filter(isWarning), ...measured.flatMap(({ problems }) => problems)];
  context.tell(throwErrors([...found, ...lackOfSpace(measured)]));
  return {
    from,
    to: wish.version,
    changes,
    images,
    missing,
    services: stoppedServices(now.plan, images),
    databases: office.map(sized),
    others: others.map(sized),
    mongo,
    free: office[0]?.free,
  };
}

const sized = ({ name, bytes }: MeasuredDatabase): Sized => ({ name, bytes });

/** Those of now that use a database or become others. The servers run on: what is copied and loaded is in them. */
function stoppedServices(plan: Plan, images: readonly ImageChange[]): string[] {
  const servers = databaseServers(plan);
  const here = new Set([...plan.services.map(({ name }) => name), ...Object.keys(plan.userServices)]);
  const wanted = new Set([...databaseUsers(plan), ...images.map(({ service }) => service)]);
  return [...wanted].filter((name) => here.has(name) && !servers.has(name)).sort();
}

/** Servers whose disk does not hold a copy of each database. */
function lackOfSpace(databases: readonly MeasuredDatabase[]): Problem[] {
  return [...Map.groupBy(databases, ({ server }) => server)].flatMap(([server, there]) => {
    const needed = there.reduce((sum, { bytes }) => sum + bytes, 0);
    const free = there[0]?.free;
    return free !== undefined && free < needed ? [full(server, free, needed)] : [];
  });
}

/** The plan as it would be with some variables set, and what is wrong with it. Writes nothing. */
export async function planWith(
  changes: readonly VariableChange[],
  { request }: Pick<DatabaseContext, 'request'>,
): Promise<{ plan: Plan; problems: readonly Problem[] }> {
  const replace = new Map<string, string>();
  for (const file of new Set(changes.map((change) => change.file)))
    replace.set(file, withChanges(await readText(join(request.folder, file)), file, changes));
  const { plan, problems } = await planProject({ ...request, replace });
  if (!plan) throw new ProblemError(problems);
  return { plan, problems };
}

/** A file's text with the changes that go into it. Pure. */
export const withChanges = (text: string, file: string, changes: readonly VariableChange[]): string =>
  changes.filter((c) => c.file === file).reduce((all, { name, to }) => setInEnvFile(all, name, to), text);

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** What can be pulled: an image that is built here is in no registry. */
export const modelOf = (images: readonly ImageChange[]) => ({
  services: Object.fromEntries(images.filter(({ built }) => !built).map(({ service, to }) => [service, { image: to }])),
});

const nothing = (from: string): Problem => ({
  code: 'UPGRADE_NOTHING',
  title: `no image would become another one: the project has ${from} already`,
  next: 'coog db:update updates the schema without another version',
});

const full = (server: string, free: number, needed: number): Problem => ({
  code: 'DB_DISK_FULL',
  title: `${server} has ${formatBytes(free)} free, and copies of the databases need ${formatBytes(needed)}`,
  detail: 'The new version works on a copy of each database; what it was is kept until the next time.',
  next: 'coog db:prune --previous-days 0 --yes removes replaced databases',
});
