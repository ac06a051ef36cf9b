import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { ExitCode, ProblemError, type RunningContext } from '@coog/cli/command';
import { type Container, docker, type Engine, engineOfConfigured, listContainers } from '@coog/cli/engine';
import { ANSWER_SECONDS, type Answer, ASK, readAnswers } from './script.ts';

/** The containers of a service that run, and how to reach them. */
export interface Server {
  readonly engine: Engine;
  readonly containers: readonly Container[];
}

/** What one container answered, look by look. */
export interface Answers {
  readonly container: string;
  readonly looks: readonly (readonly Answer[])[];
}

/**
 * Finds what runs of a service, by the name that the last configure wrote: it works while the configuration is broken. More
 * than one container where the service was scaled.
 * @throws ProblemError NOT_CONFIGURED, UWSGI_SERVICE_NOT_RUNNING (2)
 */
export async function findServer(context: RunningContext, service: string): Promise<Server> {
  const engine = await engineOfConfigured(context);
  const env = await readFile(join(context.folder, '.env'), 'utf8');
  // A name of a project is never quoted.
  const [, project = ''] = /^COMPOSE_PROJECT_NAME=(.*)$/m.exec(env) ?? [];
  const all = await listContainers(engine, project);
  const containers = all.filter((one) => one.service === service && one.state === 'running' && !one.oneOff);
  if (containers.length > 0) return { engine, containers };
  throw new ProblemError({
    code: 'UWSGI_SERVICE_NOT_RUNNING',
    title: `the service "${service}" does not run`,
    next: `coog up -d ${service}`,
  });
}

export interface AskOptions {
  /** Patterns of the shell for the sockets in the container. */
  readonly sockets: readonly string[];
  /** How often to look; 1 unless given. */
  readonly looks?: number;
  /** Milliseconds from look to look. */
  readonly interval?: number;
}

/**
 * Asks every container by its uWSGI's own client. A socket that is not there is left out, and so is one whose process has
 * gone: then no answer is in the result.
 * @throws ProblemError UWSGI_CLIENT_FAILED (1), or what `docker exec` says
 */
export async function ask({ engine, containers }: Server, options: AskOptions): Promise<Answers[]> {
  return Promise.all(
    containers.map(async ({ id, name }) => {
      const command = ['sh', '-c', ASK, 'coog', String(ANSWER_SECONDS), ...options.sockets];
      const input = Readable.from(ticks(options.looks ?? 1, options.interval ?? 0));
      const { stdout } = await docker(engine, ['exec', '-i', id, ...command], { input });
      return { container: name, looks: readAnswers(stdout).map((answers) => answers.filter(isThere)) };
    }),
  );
}

/** A line for each look. The end of these lines, also by our own death, ends the script. */
async function* ticks(looks: number, interval: number): AsyncGenerator<string> {
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await setTimeout(interval);
    yield '\n';
  }
}

/** A process that ended without taking its socket away answers nothing any more. */
function isThere({ inTime, exitCode, text }: Answer): boolean {
  if (!inTime || exitCode === 0) return true;
  if (/Connection refused|No such file/.test(text)) return false;
  throw new ProblemError(
    {
      code: 'UWSGI_CLIENT_FAILED',
      title: `uwsgi --connect-and-read ended with exit code ${exitCode} in the container`,
      detail: text.trim().split('\n').slice(-5).join('\n'),
      next: 'coog logs coog',
    },
    { exitCode: ExitCode.failed },
  );
}
