import { parse } from 'yaml';
import { type Plan, type Planned, type PlannedFile, planProject, renderPlan } from '../../src/plan/index.ts';
import { type Problem, ProblemError } from '../../src/shared/problem.ts';
import { type Files, folderWith } from './folder.ts';
import { core, type FakePlugin, fakeHook } from './plugins.ts';

/** The smallest env.custom that the core accepts. */
export const minimal = [
  'IMAGE_VERSION_COOG=coog-2.13.2134',
  'FILESYSTEM_ROOT=/coog',
  'JWT_ENCRYPTION=change_me',
  'COOG_GATEWAY_TOKEN=api_token_for_api_user',
  'COMPOSE_PROJECT_NAME=demo',
  'CUSTOM_POSTGRES_PASSWORD=pg-secret',
  'CUSTOM_MONGO_PASSWORD=mongo-secret',
  '',
].join('\n');

export interface Options {
  readonly plugins?: readonly FakePlugin[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  /** Lines behind the minimal env.custom. */
  readonly env?: string;
  /** The folder of the project instead of a temporary one. */
  readonly folder?: string;
}

/** Plans a project of these files, with the real core. */
export async function planFiles(files: Files = {}, options: Options = {}): Promise<Planned & { folder: string }> {
  const all = { 'env.custom': `${minimal}${options.env ?? ''}`, ...files };
  const folder = options.folder ?? (await folderWith(all));
  const planned = await planProject({
    folder,
    environment: options.environment ?? {},
    runHook: await fakeHook(options.plugins ?? []),
    cli: core,
    without: new Set(options.without ?? []),
  });
  return { ...planned, folder };
}

/** The plan of a project that must have no errors. */
export async function goodPlan(files: Files = {}, options: Options = {}): Promise<Plan & { warnings: string[] }> {
  const { plan, problems } = await planFiles(files, options);
  if (!plan) throw new ProblemError(problems);
  return { ...plan, warnings: codes(problems) };
}

export const codes = (problems: readonly Problem[]): string[] => problems.map((p) => p.code);

export const errorsOf = ({ problems }: { problems: readonly Problem[] }): Problem[] =>
  problems.filter((p) => p.severity !== 'warning');

export function rendered(plan: Plan, path: string): PlannedFile {
  const file = renderPlan(plan).find((f) => f.path === path);
  if (!file) throw new Error(`${path} is not rendered`);
  return file;
}

export interface ComposeModel {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

export const generatedModel = (plan: Plan): ComposeModel =>
  parse(rendered(plan, 'coog.generated.yml').content, { version: '1.1', merge: true }) as ComposeModel;

/** What `.env` says of COMPOSE_FILE, unquoted. */
export const composeFileLine = (plan: Plan): string =>
  (/^COMPOSE_FILE=(.*)$/m.exec(rendered(plan, '.env').content)?.[1] ?? '').replace(/^"(.*)"$/, '$1');
