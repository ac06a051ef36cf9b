import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type RunResult, runProcess } from '../engine/index.ts';

/** How npm is called for plugins. */
export interface NpmAccess {
  /** The npm that @oclif/plugin-plugins brings: the file of its program. */
  readonly program: string;
  /** The whole environment: npm reads registry, proxy and certificates from it and from the user's .npmrc. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Wins over the registry of the .npmrc (`COOG_NPM_REGISTRY`). */
  readonly registry?: string | undefined;
}

/** @param root folder of @oclif/plugin-plugins */
export function findNpm(root: string): string {
  const require = createRequire(join(root, 'package.json'));
  const { bin } = require('npm/package.json') as { bin: { npm: string } };
  return join(require.resolve('npm/package.json'), '..', bin.npm);
}

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** A registry that does not answer must be told within seconds: npm gives up after this. */
const ASK = ['--fetch-retries=0', '--fetch-timeout=6000'];

/** Milliseconds after which a question is given up whatever npm does; a busy machine must not look like a dead registry. */
export const ASK_TIMEOUT = 60_000;

/** Milliseconds for downloading and unpacking a plugin and what it depends on. */
export const INSTALL_TIMEOUT = 300_000;
const INSTALL = ['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-timeout=15000'];

/** `npm view` of a package; its answer, or its error, is one JSON document on standard output. */
export const npmView = (access: NpmAccess, folder: string, spec: string, fields: readonly string[]) =>
  npm(access, folder, ['view', spec, ...fields, '--json', ...ASK], ASK_TIMEOUT);

/**
 * Which registry npm asks for a package: by the address in what it said of a failure, else by its settings. Empty when
 * neither can be had.
 */
export async function registryOf(access: NpmAccess, folder: string, name: string, said = ''): Promise<string> {
  const asked = /https?:\/\/\S+/.exec(said)?.[0].split(name.replace('/', '%2f'))[0];
  if (asked !== undefined && URL.canParse(asked)) return withoutPassword(asked);
  const [scope] = name.startsWith('@') ? name.split('/') : [];
  for (const key of scope ? [`${scope}:registry`, 'registry'] : ['registry']) {
    const { stdout } = await npm(access, folder, ['config', 'get', key], ASK_TIMEOUT);
    if (/^https?:/.test(stdout.trim())) return withoutPassword(stdout.trim());
  }
  return '';
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

/**
 * Installs one package into a folder of its own. Peers are not installed: the CLI that runs stands in for `@coog/cli`.
 * Install scripts run only when `scripts` says so.
 */
export const npmInstall = (
  access: NpmAccess,
  folder: string,
  spec: string,
  { scripts, signal }: { readonly scripts: boolean; readonly signal?: AbortSignal },
) =>
  npm(
    access,
    folder,
    ['install', spec, '--save-exact', '--omit=dev', '--legacy-peer-deps', `--ignore-scripts=${!scripts}`, ...INSTALL],
    INSTALL_TIMEOUT,
    signal,
  );

function npm(
  { program, environment, registry }: NpmAccess,
  folder: string,
  args: readonly string[],
  timeout: number,
  signal?: AbortSignal,
): Promise<RunResult> {
  const env = Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => !!pair[1]));
  const command = [process.execPath, program, ...args, ...QUIET, ...(registry ? [`--registry=${registry}`] : [])];
  return runProcess(command, { env, folder, timeout, ...(signal ? { signal } : {}) });
}
