import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRecord, readYaml, type ServiceDefinition } from '../compose/index.ts';
import { expand, parseTemplate, setInEnvFile, TemplateError } from '../configuration/index.ts';
import type { Contributor, RunHook } from '../extension/index.ts';
import { generatedComposeFile, type Plan, planProject, renderPlan } from '../plan/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { askHook, readPlugin, thisCli } from './plugin.ts';

export interface RenderOptions {
  /** Folder of the plugin, with its package.json. */
  readonly root: string;
  /** Folders of plugins that take part besides. */
  readonly others?: readonly string[];
  /** Variables by the names that users set, on top of the smallest env.custom that the core accepts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further files of the project, by path: disabled_services, custom/compose/…. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What `coog configure` would make of a project with the plugin. */
export interface RenderedProject {
  /** The generated services, the core's too, by name, with the value of every variable in its place. */
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  /** Every file that a fresh project gets, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly warnings: readonly Problem[];
  /** The final value of a variable, by its final name. */
  readonly value: (name: string) => string | undefined;
  readonly plan: Plan;
}

/** The smallest configuration of a project. */
const smallest = {
  COMPOSE_PROJECT_NAME: 'test',
  FILESYSTEM_ROOT: '/var/lib/coog',
  IMAGE_VERSION_COOG: 'coog-1',
  JWT_ENCRYPTION: 'a-secret-of-the-test',
  COOG_GATEWAY_TOKEN: 'a-token-of-the-test',
  CUSTOM_POSTGRES_PASSWORD: 'a-password-of-the-test',
  CUSTOM_MONGO_PASSWORD: 'a-password-of-the-test',
};

/**
 * Renders a project with a plugin, by the code that `coog configure` runs. Needs neither engine nor network, and leaves nothing
 * behind. @throws ProblemError with everything that is wrong; its message begins with the codes
 */
export async function renderProject({
  root,
  others = [],
  settings = {},
  files = {},
}: RenderOptions): Promise<RenderedProject> {
  const cli = thisCli();
  const folder = await mkdtemp(join(tmpdir(), 'coog-test-rendered-'));
  try {
    const env = Object.entries({ ...smallest, ...settings }).reduce(
      (text, [name, value]) => setInEnvFile(text, name, value),
      '',
    );
    await write(folder, { 'env.custom': env, ...files });
    const runHook = await hooksOf([root, ...others], cli);
    const planned = await planProject({ folder, environment: {}, runHook, cli, without: new Set() });
    if (!planned.plan) throw new ProblemError(planned.problems);
    return rendered(planned.plan, planned.problems);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks the hooks as oclif would: all of them, and one that throws is a failure. */
async function hooksOf(roots: readonly string[], cli: Contributor): Promise<RunHook> {
  const { default: registerCore } = await import('../hooks/extension.ts');
  const plugins = (await Promise.all(roots.map(readPlugin))).filter(({ hook }) => hook !== undefined);
  return async () => {
    const successes = [{ plugin: cli, result: (await registerCore()) as unknown }];
    const failures: { plugin: Contributor; error: unknown }[] = [];
    for (const plugin of plugins)
      await askHook(plugin).then(
        (result) => successes.push({ plugin: plugin.contributor, result }),
        (error: unknown) => failures.push({ plugin: plugin.contributor, error }),
      );
    return { successes, failures };
  };
}

function rendered(plan: Plan, warnings: readonly Problem[]): RenderedProject {
  const value = (name: string) => plan.values.get(name)?.value;
  const files = new Map(renderPlan(plan).map((file) => [file.path, file.content]));
  const { model } = readYaml(files.get(generatedComposeFile) ?? '');
  const filled = fillIn(model, value) as Record<string, Readonly<Record<string, ServiceDefinition>> | undefined>;
  return {
    services: filled.services ?? {},
    networks: filled.networks ?? {},
    volumes: filled.volumes ?? {},
    files,
    warnings,
    value,
    plan,
  };
}

/** `${NAME}` by its value, everywhere; what only Compose can read stays as it is. */
function fillIn(part: unknown, value: (name: string) => string | undefined): unknown {
  if (Array.isArray(part)) return part.map((item) => fillIn(item, value));
  if (isRecord(part)) return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, fillIn(item, value)]));
  if (typeof part !== 'string') return part;
  try {
    return expand(parseTemplate(part), value);
  } catch (error) {
    if (error instanceof TemplateError) return part;
    throw error;
  }
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
