import { join } from 'node:path';
import { type Lock, lockFile, type PlanRequest, readLock, renderLock } from '../plan/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { ProblemError } from '../shared/problem.ts';
import { installedName } from './installed-name.ts';

export interface Switched {
  readonly name: string;
  /** Whether the plugin takes part from now on. */
  readonly enabled: boolean;
  readonly changed: boolean;
}

/**
 * Lets a project do without a plugin that stays installed. coog.lock keeps it, so that it holds for everybody who works on the
 * project; the containers go with the next start, their data stays.
 * @throws ProblemError PLUGIN_NOT_INSTALLED when neither this coog nor the project knows the plugin
 */
export async function disablePlugin(word: string, request: PlanRequest): Promise<Switched> {
  const lock = await lockOf(request);
  const name = installedName(word, [...registering(request), ...Object.keys(lock.plugins), ...(lock.disabled ?? [])]);
  const { [name]: _, ...plugins } = lock.plugins;
  return write(request, lock, { name, enabled: false }, plugins, [...new Set([...(lock.disabled ?? []), name])].sort());
}

/**
 * Lets a plugin take part again. Its version is kept with it, so that who works on the project without it is told what to
 * install.
 * @throws ProblemError PLUGIN_NOT_INSTALLED
 */
export async function enablePlugin(word: string, request: PlanRequest): Promise<Switched> {
  const lock = await lockOf(request);
  const name = installedName(word, registering(request));
  const version = request.registering?.find((plugin) => plugin.name === name)?.version ?? '';
  const disabled = (lock.disabled ?? []).filter((other) => other !== name);
  const plugins = { ...lock.plugins, [name]: lock.plugins[name] ?? version };
  const wasDisabled = lock.disabled?.includes(name) === true;
  return write(request, lock, { name, enabled: true }, wasDisabled ? plugins : lock.plugins, disabled);
}

const registering = ({ registering: all = [], cli }: PlanRequest): string[] =>
  all.map(({ name }) => name).filter((name) => name !== cli.name);

const lockOf = async ({ folder, cli }: PlanRequest): Promise<Lock> =>
  (await readLock(folder)) ?? { format: 1, cli: cli.version, plugins: {}, files: {} };

async function write(
  { folder }: PlanRequest,
  { disabled: before, files, plugins: pluginsBefore, ...lock }: Lock,
  switched: Pick<Switched, 'name' | 'enabled'>,
  plugins: Lock['plugins'],
  disabled: readonly string[],
): Promise<Switched> {
  const changed =
    String(before ?? []) !== String(disabled) || String(Object.keys(plugins)) !== String(Object.keys(pluginsBefore));
  if (!changed) return { ...switched, changed };
  const next: Lock = { ...lock, plugins, ...(disabled.length > 0 ? { disabled } : {}), files };
  try {
    await writeFilesAtomically([{ path: join(folder, lockFile), content: renderLock(next), mode: 0o644 }]);
  } catch (error) {
    throw new ProblemError(
      {
        code: 'FILE_NOT_WRITABLE',
        title: `the lock file of the project cannot be written (${(error as NodeJS.ErrnoException).code}); nothing was changed`,
        place: { file: join(folder, lockFile) },
        next: `ls -l ${join(folder, lockFile)}`,
      },
      { cause: error },
    );
  }
  return { ...switched, changed };
}
