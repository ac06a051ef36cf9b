import type { Problem } from '../shared/problem.ts';
import type { RunResult } from './run.ts';

/** Where a Docker client was sent, when it was not its default socket. */
export interface DockerTarget {
  readonly user: string;
  readonly host?: string | undefined;
  readonly context?: string | undefined;
}

/** The target named by an environment. */
export const targetOf = (env: Readonly<Record<string, string>>): DockerTarget => ({
  user: env.USER ?? env.LOGNAME ?? '$USER',
  host: env.DOCKER_HOST || undefined,
  context: env.DOCKER_CONTEXT || undefined,
});

/** The one place that turns what the `docker` command says into a problem. */
export function dockerProblem(what: string, result: RunResult, target: DockerTarget): Problem {
  return engineProblem(result, target) ?? commandFailed(what, result);
}

/** The problem when no engine answers; undefined when the engine answered and refused what was asked. */
export function engineProblem(result: RunResult, target: DockerTarget): Problem | undefined {
  const said = result.stderr.trim();
  if (result.missing) return clientMissing;
  if (/permission denied while trying to connect/i.test(said)) return permission(said, target);
  if (/client version \S+ is too (?:new|old)/i.test(said)) return apiMismatch(said);
  if (result.timedOut) return unreachable('No answer came in time.', target);
  const socket = /connect to the docker (?:daemon|API) at (unix:\/\/\S+?)[.;]?(?:\s|$)/i.exec(said)?.[1];
  if (socket !== undefined && isUsualSocket(socket)) return notRunning(socket);
  if (/connect to the docker (?:daemon|API)|error during connect|unable to resolve docker endpoint/i.test(said))
    return unreachable(said, target);
  return undefined;
}

const clientMissing: Problem = {
  code: 'ENGINE_CLIENT_MISSING',
  title: 'the command `docker` is not installed',
  detail:
    'coog runs its services with Docker Engine 20.10 or later (packages docker.io and, from Debian 13 on, docker-cli).',
  next: 'sudo apt-get install docker.io',
};

const permission = (said: string, { user }: DockerTarget): Problem => ({
  code: 'ENGINE_PERMISSION',
  title: `user ${user} may not talk to Docker Engine`,
  detail: `${said}\nMembers of the group docker may; the membership counts from the next log-in on.`,
  next: `sudo usermod -aG docker ${user}`,
});

const apiMismatch = (said: string): Problem => ({
  code: 'ENGINE_API_MISMATCH',
  title: 'the command `docker` and Docker Engine do not understand each other',
  detail: said,
  next: 'docker version, then install a client and an engine of close versions (and unset DOCKER_API_VERSION if it is set)',
});

const notRunning = (socket: string): Problem => ({
  code: 'ENGINE_NOT_RUNNING',
  title: 'Docker Engine is not running',
  detail: `Nothing answers at ${socket}.`,
  next: socket.includes('/run/user/') ? 'systemctl --user start docker' : 'sudo systemctl start docker',
});

function unreachable(said: string, { host, context }: DockerTarget): Problem {
  const origin = host !== undefined ? `DOCKER_HOST=${host}` : context !== undefined ? `DOCKER_CONTEXT=${context}` : '';
  return {
    code: 'ENGINE_UNREACHABLE',
    title: origin === '' ? 'no Docker Engine answers at the current context' : `no Docker Engine answers at ${origin}`,
    detail: said,
    next:
      host !== undefined
        ? 'unset DOCKER_HOST'
        : context !== undefined
          ? 'unset DOCKER_CONTEXT'
          : 'docker context use default',
  };
}

function commandFailed(what: string, result: RunResult): Problem {
  const reason = result.stderr.trim() || `It ended with exit code ${result.exitCode}.`;
  return {
    code: 'DOCKER_FAILED',
    title: `${what} failed`,
    detail: result.timedOut ? 'It did not end in time.' : reason,
    next: 'docker info',
  };
}

const isUsualSocket = (socket: string): boolean =>
  /^unix:\/\/(?:\/var)?\/run\/docker\.sock$|^unix:\/\/\/run\/user\/\d+\/docker\.sock$/.test(socket);
