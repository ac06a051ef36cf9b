import { resolve } from 'node:path';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { tryDocker } from './docker.ts';
import { engineProblem, targetOf } from './docker-problem.ts';
import type { ComposeTool, DockerAccess, DockerInfo, Engine } from './engine.ts';
import { engineEnvironment } from './environment.ts';
import { type RunResult, runProcess } from './run.ts';
import { isAtLeast, parseVersion } from './version.ts';

const PROBE_TIMEOUT = 30_000;
const OLDEST_ENGINE = [20, 10];
const OLDEST_COMPOSE_1 = [1, 29, 2];

export interface DetectOptions {
  /** The process's whole environment; what Docker and Compose see of it is `engineEnvironment`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Goes into the engine that is found: ends every call of it. */
  readonly signal?: AbortSignal;
}

/**
 * Finds Docker Engine ≥ 20.10 and a Compose (2, or 1 from 1.29.2 on; COOG_COMPOSE chooses one). Throws ProblemError
 * with all that is missing at once.
 */
export async function detectEngine({ env, folder, signal }: DetectOptions): Promise<Engine> {
  const access: DockerAccess = { env: engineEnvironment(env, folder), ...(signal ? { signal } : {}) };
  const [docker, compose] = await Promise.all([findDocker(access), findCompose(access, folder, env.COOG_COMPOSE)]);
  const problems = [docker, compose].filter(isProblem);
  if (isProblem(docker) || isProblem(compose)) throw new ProblemError(problems);
  return { ...access, docker, compose };
}

interface VersionDocument {
  readonly Client?: { readonly Version?: string; readonly ApiVersion?: string; readonly Context?: string };
  readonly Server?: { readonly Version?: string; readonly ApiVersion?: string } | null;
}

async function findDocker(access: DockerAccess): Promise<DockerInfo | Problem> {
  // `--format json` is a template to clients older than 23: they would print the word.
  const result = await tryDocker(access, ['version', '--format', '{{json .}}'], { timeout: PROBE_TIMEOUT });
  const problem = engineProblem(result, targetOf(access.env));
  if (problem) return problem;
  const document = readVersions(result.stdout);
  const server = parseVersion(document?.Server?.Version ?? '');
  if (!document || !server) return notUnderstood(result);
  if (!isAtLeast(server, OLDEST_ENGINE)) return engineTooOld(server.text);
  return {
    version: server.text,
    apiVersion: document.Client?.ApiVersion ?? document.Server?.ApiVersion ?? '',
    clientVersion: document.Client?.Version ?? '',
    local: await isLocal(access, document.Client?.Context),
  };
}

export function readVersions(output: string): VersionDocument | undefined {
  try {
    return JSON.parse(output) as VersionDocument;
  } catch {
    return undefined;
  }
}

async function isLocal(access: DockerAccess, context: string | undefined): Promise<boolean> {
  const named = access.env.DOCKER_HOST;
  if (named !== undefined && named !== '') return isLocalAddress(named);
  if (context === undefined || context === '' || context === 'default') return true;
  const host = await tryDocker(access, ['context', 'inspect', context, '--format', '{{.Endpoints.docker.Host}}']);
  return isLocalAddress(host.stdout.trim());
}

const isLocalAddress = (host: string): boolean => host === '' || /^(?:unix|npipe|fd):/.test(host);

/** One after the other: docker-compose 1 takes half a second to say its version, which nobody needs beside a Compose 2. */
async function findCompose(access: DockerAccess, folder: string, chosen?: string): Promise<ComposeTool | Problem> {
  const candidates = chosen ? [readChoice(chosen, folder)] : [['docker', 'compose'], ['docker-compose']];
  const tooOld: ComposeTool[] = [];
  let failure: RunResult | undefined;
  for (const command of candidates) {
    const result = await runProcess([...command, 'version', '--short'], { ...access, timeout: PROBE_TIMEOUT });
    const tool = readTool(command, result);
    if (tool && (tool.major === 2 || isAtLeast(versionOf(tool), OLDEST_COMPOSE_1))) return tool;
    if (tool) tooOld.push(tool);
    else failure ??= result;
  }
  if (tooOld[0]) return composeTooOld(tooOld[0]);
  return chosen ? chosenMissing(chosen, failure) : composeMissing;
}

/** A path may hold spaces, so only what does not look like one is split into words. */
function readChoice(chosen: string, folder: string): string[] {
  const text = chosen.trim();
  return text.includes('/') ? [resolve(folder, text)] : text.split(/\s+/);
}

function readTool(command: readonly string[], result: RunResult): ComposeTool | undefined {
  const version = result.exitCode === 0 ? parseVersion(result.stdout) : undefined;
  return version && { command, major: version.major < 2 ? 1 : 2, version: version.text };
}

const versionOf = (tool: ComposeTool) => parseVersion(tool.version) ?? { text: '', major: 0, minor: 0, patch: 0 };

const isProblem = (found: DockerInfo | ComposeTool | Problem): found is Problem => 'code' in found;

const notUnderstood = (result: RunResult): Problem => ({
  code: 'ENGINE_UNREACHABLE',
  title: 'Docker Engine did not tell its version',
  detail: result.stderr.trim() || result.stdout.trim().slice(0, 500) || 'docker version printed nothing.',
  next: 'docker version',
});

const engineTooOld = (version: string): Problem => ({
  code: 'ENGINE_TOO_OLD',
  title: `Docker Engine ${version} is too old`,
  detail: 'coog needs Docker Engine 20.10 or later.',
  next: 'sudo apt-get install --only-upgrade docker.io',
});

const composeMissing: Problem = {
  code: 'COMPOSE_MISSING',
  title: 'Docker Compose is not installed',
  detail:
    'Neither `docker compose` nor `docker-compose` runs. Debian and Ubuntu have it in the package docker-compose ' +
    "(Ubuntu's second version: docker-compose-v2), Docker's own repository in docker-compose-plugin.",
  next: 'sudo apt-get install docker-compose',
};

const chosenMissing = (chosen: string, result: RunResult | undefined): Problem => ({
  code: 'COMPOSE_MISSING',
  title: `COOG_COMPOSE=${chosen} is not a Docker Compose that runs`,
  detail: result?.stderr.trim() || 'Allowed are `docker compose`, `docker-compose` and the path of a program.',
  next: 'unset COOG_COMPOSE',
});

const composeTooOld = (tool: ComposeTool): Problem => ({
  code: 'COMPOSE_TOO_OLD',
  title: `Docker Compose ${tool.version} (${tool.command.join(' ')}) is too old`,
  detail: 'coog needs Docker Compose 2, or docker-compose 1.29.2.',
  next: 'sudo apt-get install docker-compose',
});
