import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { quoteForEnvFile, setInEnvFile } from '../configuration/index.ts';
import { type Planned, type PlanRequest, planProject } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { refuseExisting } from './create.ts';

/** One line of the table that adopting prints. */
export interface Adopted {
  readonly what: string;
  readonly fate: 'kept' | 'renamed' | 'added' | 'dropped' | 'to solve';
  readonly why: string;
}

/** What of the scripts' folder coog makes itself. */
const madeAnew = new Map([
  ['.env', 'made anew by coog configure'],
  ['env.base', 'the declarations of coog take its place'],
  ['env.custom.sample', 'coog writes its own'],
  ['bin', 'the commands of coog take their place'],
  ['docker-compose.yml', 'made anew by coog configure'],
]);

/**
 * Adopts a folder of the shell scripts into a new one; the old folder is only read. The data stays where it is: the new
 * project has the same name and the same FILESYSTEM_ROOT.
 */
export async function adoptFolder(from: string, to: string, context: Omit<PlanRequest, 'folder'>): Promise<Adopted[]> {
  await refuseUnusable(from, to);
  await refuseExisting(to);
  const [planned, entries] = await Promise.all([planProject({ ...context, folder: from }), readdir(from)]);
  const table: Adopted[] = [];
  const keep = (what: string, why: string) => table.push({ what, fate: 'kept', why });
  await mkdir(dirname(to), { recursive: true });
  const staging = await mkdtemp(join(dirname(to), '.coog-adopt-'));
  try {
    const copy = (path: string) =>
      cp(join(from, path), join(staging, path), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    for (const name of ['custom', 'env', 'disabled_services', 'override.yml', 'certs'])
      if (entries.includes(name)) {
        await copy(name);
        keep(name, 'copied as it is');
      }
    for (const path of planned.userFiles.filter((p) => p.startsWith('compose/'))) {
      await copy(path);
      keep(path, 'your own fragment, or a stock one that you changed');
    }
    table.push(...(await adoptEnvCustom(from, staging, entries.includes('env.custom'), planned, context)));
    for (const name of entries)
      if (madeAnew.has(name)) table.push({ what: name, fate: 'dropped', why: madeAnew.get(name) ?? '' });
    if (entries.includes('compose'))
      table.push({
        what: 'compose/ (stock)',
        fate: 'dropped',
        why: 'the fragments of coog and its plugins take their place',
      });
    if (entries.includes('defaults')) table.push(...(await adoptDefaults(from)));
    await publish(staging, to);
    return table;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** The staged folder becomes the project in one rename; an empty target gives way. */
async function publish(staging: string, to: string): Promise<void> {
  const present = await readdir(to).catch(() => undefined);
  if (present === undefined) return rename(staging, to);
  for (const name of await readdir(staging)) await rename(join(staging, name), join(to, name));
  await rm(staging, { recursive: true });
}

async function adoptEnvCustom(
  from: string,
  staging: string,
  exists: boolean,
  planned: Planned,
  context: Omit<PlanRequest, 'folder'>,
): Promise<Adopted[]> {
  const table: Adopted[] = [];
  const before = exists ? await readFile(join(from, 'env.custom'), 'utf8') : '';
  let text = before;
  for (const variable of planned.values.values()) {
    const { origin, declaration } = variable;
    const name = origin.setAs;
    if (name === undefined || declaration === undefined) continue;
    if (origin.kind === 'environment') {
      text = setInEnvFile(text, name, origin.value);
      table.push({ what: name, fate: 'added', why: 'it came from the process environment; now the project says it' });
    }
    if (declaration.type === 'path' && pointsToOldFolder(origin.value) && origin.kind !== 'plugin') {
      text = setInEnvFile(text, name, resolve(from, origin.value));
      table.push({
        what: name,
        fate: 'renamed',
        why: `relative to the old folder: ${quoteForEnvFile(origin.value)} is now absolute`,
      });
    }
  }
  for (const { name, value, why } of await pinsForData(from, planned)) {
    text = setInEnvFile(text, name, value);
    table.push({ what: name, fate: 'added', why });
  }
  for (const problem of planned.problems.filter(
    (p) => p.code === 'VARIABLE_UNKNOWN' || p.code === 'VARIABLE_NOT_SETTABLE',
  ))
    table.push({
      what: problem.title.split(' ')[0] ?? '',
      fate: 'kept',
      why: `coog does not read it (${problem.place?.file}:${problem.place?.line})`,
    });
  const { writeFilesAtomically } = await import('../shared/atomic-write.ts');
  await writeFilesAtomically([{ path: join(staging, 'env.custom'), content: text, mode: 0o600 }]);
  if (exists)
    table.unshift({
      what: 'env.custom',
      fate: 'kept',
      why: text === before ? 'unchanged, readable by its owner only' : 'its lines and comments, with the changes below',
    });
  // What is staged must resolve; an adopted folder that cannot be configured is told before it appears.
  const again = await planProject({ ...context, folder: staging });
  return [
    ...table,
    ...again.problems
      .filter((p) => p.severity !== 'warning')
      .map((p) => ({ what: p.code, fate: 'to solve' as const, why: p.title })),
  ];
}

/** A relative path means the old folder, unless it lies in what is copied. */
const pointsToOldFolder = (path: string): boolean =>
  path !== '' && !isAbsolute(path) && !/^(\.\/)?(custom|env|certs)(\/|$)/.test(path);

/** Data that older stock images wrote keeps the image that can read it, until it is upgraded on purpose. */
async function pinsForData(from: string, planned: Planned): Promise<{ name: string; value: string; why: string }[]> {
  const path = (name: string) => resolve(from, planned.values.get(name)?.value ?? '');
  const unset = (name: string) => planned.values.get(name)?.origin.kind === 'default';
  const pins: { name: string; value: string; why: string }[] = [];
  const major = (await readFile(join(path('POSTGRES_DATA_VOLUME'), 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (
    /^\d+$/.test(major) &&
    unset('IMAGE_VERSION_POSTGRES') &&
    !planned.values.get('IMAGE_VERSION_POSTGRES')?.value.startsWith(`${major}-`)
  )
    pins.push({
      name: 'IMAGE_VERSION_POSTGRES',
      value: `${major}-alpine`,
      why: `the data folder was written by PostgreSQL ${major}`,
    });
  const mongo = await stat(join(path('MONGODB_DATA_VOLUME'), 'WiredTiger')).catch(() => undefined);
  if (mongo && unset('IMAGE_VERSION_MONGO'))
    pins.push({
      name: 'IMAGE_VERSION_MONGO',
      value: '5-focal',
      why: 'the data folder was written by the MongoDB of the scripts',
    });
  return pins;
}

async function adoptDefaults(from: string): Promise<Adopted[]> {
  const names = await readdir(join(from, 'defaults')).catch(() => [] as string[]);
  return names.map((name) => ({
    what: `defaults/${name}`,
    fate: 'dropped' as const,
    why: 'coog ships its own; name a folder of yours in env.custom to keep it',
  }));
}

async function refuseUnusable(from: string, to: string): Promise<void> {
  const refuse = (title: string, next: string) =>
    new ProblemError({ code: 'ADOPT_REFUSED', title, place: { file: from }, next });
  const names = await readdir(from).catch(() => undefined);
  if (!names) throw refuse('the folder to adopt cannot be read', `ls -l ${dirname(from)}`);
  if (!names.some((n) => ['env.custom', 'custom', 'env.base'].includes(n)))
    throw refuse(
      'this is no folder of the scripts: it has neither env.custom nor custom/ nor env.base',
      'coog init --from FOLDER',
    );
  if (`${to}/`.startsWith(`${from}/`))
    throw refuse(
      `the new project may not lie in the folder that it adopts (${basename(to)})`,
      'coog init OTHER_FOLDER --from FOLDER',
    );
}
