import { docker, runCompose, tryDocker } from '../engine/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { DatabaseContext } from './context.ts';
import type { Target } from './target.ts';

/** The service whose image and environment the admin command has: the one that brings the schema up to date. */
const SERVICE = 'init';
const LABEL = 'coog.admin-of';

/**
 * Puts what comes first on standard input into a file in memory, for TRYTONPASSFILE. Docker opens a pipe as root, so that
 * the image's user could not open /dev/stdin by its name.
 */
const WITH_PASSWORD =
  'umask 077; f=/dev/shm/coog-$$; IFS= read -r p && printf "%s\\n" "$p" > "$f" || exit 2; trap "rm -f $f" EXIT; ' +
  'unset p; TRYTONPASSFILE=$f; export TRYTONPASSFILE; "$@"';

export interface AdminOptions {
  /** For `-p`; goes through a pipe into a file in memory. */
  readonly password?: string;
}

/**
 * Runs the image's own `admin ARGS` (trytond-admin) on a database, in a container of its own beside what runs.
 * @throws ProblemError DB_ADMIN_FAILED (exit code 1) with the last lines that it printed
 */
export async function runAdmin(
  { engine, plan, database: live }: Target,
  database: string,
  args: readonly string[],
  { password }: AdminOptions,
  context: DatabaseContext,
): Promise<void> {
  const command = ['admin', '-d', database, ...args];
  const inShell = password === undefined ? [] : ['--entrypoint', 'sh'];
  const words = password === undefined ? command : ['-c', WITH_PASSWORD, 'sh', ...entrypointOf(plan), ...command];
  const run = ['run', '--rm', '-T', '--no-deps', '--label', `${LABEL}=${live}`, ...inShell, SERVICE, ...words];
  const result = await runCompose(engine, plan.folder, run, {
    stdio: 'pipe',
    input: password === undefined ? '' : `${password}\n`,
    signal: context.signal,
  });
  if (result.exitCode === 0) return;
  const printed = result.all.trim().split('\n').slice(-20).join('\n');
  throw new ProblemError(
    {
      code: 'DB_ADMIN_FAILED',
      title: `the admin command of Coog failed on the database ${database} (exit code ${result.exitCode})`,
      detail: printed,
      next: 'coog logs postgres',
    },
    { exitCode: ExitCode.failed },
  );
}

/** What a killed coog left running would go on changing its database. */
export async function removeAdmins({ engine, plan, database }: Target): Promise<void> {
  const project = `label=com.docker.compose.project=${plan.name}`;
  const { stdout } = await docker(engine, ['ps', '-aq', '--filter', project, '--filter', `label=${LABEL}=${database}`]);
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await tryDocker(engine, ['rm', '--force', ...ids]);
}

/** The fragment says it; a team's own one may leave it to the image, whose contract is `ep`. */
function entrypointOf({ services, userServices }: Target['plan']): string[] {
  const own = userServices[SERVICE] as { entrypoint?: unknown } | undefined;
  const written = own?.entrypoint ?? services.find(({ name }) => name === SERVICE)?.definition.entrypoint;
  return Array.isArray(written) ? written.map(String) : [typeof written === 'string' ? written : 'ep'];
}
