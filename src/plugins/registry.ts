import { type Problem, ProblemError } from '../shared/problem.ts';
import { fitsCli, fittingVersions, type PackageVersion } from './fit.ts';
import { misfit } from './misfit.ts';
import { ASK_TIMEOUT, type NpmAccess, npmView, registryOf } from './npm.ts';

export interface AskOptions {
  readonly npm: NpmAccess;
  /** A folder to start npm in; nothing is written there. */
  readonly folder: string;
  /** Version of coog. */
  readonly cliVersion: string;
}

const FIELDS = ['name', 'version', 'peerDependencies'];

/**
 * Which version of a plugin the registry has for a version, range or tag, after a look at whether it works with this coog. It
 * takes one short question, so that a registry that is down is told in seconds, before anything is touched.
 * @throws ProblemError PLUGIN_REGISTRY_UNREACHABLE, PLUGIN_REGISTRY_DENIED, PLUGIN_NOT_FOUND, PLUGIN_VERSION
 */
export async function askRegistry(name: string, range: string, options: AskOptions): Promise<PackageVersion> {
  const { default: rcompare } = await import('semver/functions/rcompare.js');
  const found = [...(await versionsOf(name, range, options))].sort((a, b) => rcompare(a.version, b.version));
  for (const candidate of found) if (await fitsCli(candidate, options.cliVersion)) return candidate;
  const [newest] = found;
  if (!newest) throw new ProblemError(await notFound(name, range, options));
  throw new ProblemError(misfit(newest, options.cliVersion, await fittingIn(name, options)));
}

/** npm takes `*` for the tag `latest`. */
const ANY = '>=0.0.0';

/** The versions of a plugin that work with this coog, newest first. @throws as askRegistry */
export const fittingIn = async (name: string, options: AskOptions): Promise<string[]> =>
  fittingVersions(await versionsOf(name, ANY, options), options.cliVersion);

async function versionsOf(name: string, range: string, options: AskOptions): Promise<PackageVersion[]> {
  const { stdout, all, timedOut } = await npmView(options.npm, options.folder, `${name}@${range}`, FIELDS);
  const answer = parse(stdout);
  if (timedOut || answer === undefined)
    throw new ProblemError(await unreachable(name, timedOut ? `no answer in ${ASK_TIMEOUT / 1000} s` : all, options));
  if (!('error' in answer)) return [answer].flat() as PackageVersion[];
  const { code, summary } = (answer as { error: { code: string; summary: string } }).error;
  if (code === 'E404') throw new ProblemError(await notFound(name, range, options, summary));
  if (['E401', 'E403', 'ENEEDAUTH'].includes(code)) throw new ProblemError(await denied(name, summary, options));
  throw new ProblemError(await unreachable(name, summary, options));
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

const tarball = 'coog plugins:install file:/path/to/package.tgz';

async function unreachable(name: string, why: string, { npm, folder }: AskOptions): Promise<Problem> {
  const registry = await registryOf(npm, folder, name, why);
  return {
    code: 'PLUGIN_REGISTRY_UNREACHABLE',
    title: `the registry ${registry} does not answer; nothing was changed, installed plugins stay as they are`,
    detail: `${(why.trim().split('\n')[0] ?? '').slice(0, 300)}\nBehind a proxy, set HTTPS_PROXY or npm's "proxy"; another registry, with npm config set registry URL.`,
    next: `in a closed network install a file: ${tarball}`,
  };
}

async function denied(name: string, why: string, { npm, folder }: AskOptions): Promise<Problem> {
  const registry = await registryOf(npm, folder, name, why);
  return {
    code: 'PLUGIN_REGISTRY_DENIED',
    title: `the registry ${registry} does not give you ${name}; nothing was changed`,
    detail: why.split('\n')[0] ?? '',
    next: `npm login --registry=${registry}`,
  };
}

/** A package that does not exist, or a version that does not: then those that do are named. */
async function notFound(name: string, range: string, options: AskOptions, why = ''): Promise<Problem> {
  const registry = await registryOf(options.npm, options.folder, name, why);
  const isVersion = why === '' || why.startsWith('No match');
  const fitting = isVersion && range !== ANY ? await fittingIn(name, options).catch(() => []) : [];
  const [best] = fitting;
  if (best === undefined)
    return {
      code: 'PLUGIN_NOT_FOUND',
      title: `there is no ${name}${range === 'latest' || range === ANY ? '' : `@${range}`} in the registry ${registry}`,
      next: `look at the name; a package without a scope is npm:NAME, a file: ${tarball}`,
    };
  return {
    code: 'PLUGIN_NOT_FOUND',
    title: `${name} has no version ${range} in the registry ${registry}`,
    detail: `These work with coog ${options.cliVersion}: ${fitting.slice(0, 10).join(', ')}`,
    next: `coog plugins:install ${name}@${best}`,
  };
}
