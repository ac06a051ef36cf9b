import { type ServiceDefinition, selectServices, type UserComposeFile } from '../compose/index.ts';
import { isOn, isTrue, type Layer, type ResolveInput, resolve, type Values } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import { isWarning, type Problem } from '../shared/problem.ts';
import { defaultFiles } from './default-files.ts';
import { readDisabled } from './disabled.ts';
import { placeEnvFiles } from './env-files.ts';
import { knownPlugins } from './known-plugins.ts';
import { environmentLayer, fileLayers, pluginLayers } from './layers.ts';
import { loggingFrom, loggingTemplateMissing } from './logging.ts';
import { readDeclarations, readFragments, readPatches, readUserFiles, type UserFiles } from './read-shipped.ts';
import type { Plan, PlanInput, Planned } from './types.ts';
import { userFileProblems } from './user-file-problems.ts';

/** Resolves a project: pure but for `readText`. Answers all problems at once. */
export async function makePlan(input: PlanInput): Promise<Planned> {
  const { project, extensions } = input;
  const problems: Problem[] = [...project.problems];
  const note = <T extends { readonly problems: readonly Problem[] }>(result: T): T => {
    problems.push(...result.problems);
    return result;
  };
  const { declarations } = note(readDeclarations(extensions));
  const files = note(fileLayers(project.envFiles));
  const everything = note(readFragments(extensions)).fragments;
  const shippedNames = new Set(everything.map((f) => f.name));
  const elsewhere = knownPlugins(extensions, input.cli.name);
  const userFiles = note(readUserFiles(project, new Set([...shippedNames, ...elsewhere.fragments.keys()])));
  const allUserFiles = [...userFiles.fragments.map((f) => f.file), ...userFiles.overrides];

  const resolveWith = (taking: readonly LoadedExtension[]) => {
    const layers: Layer[] = [
      ...pluginLayers(taking),
      environmentLayer(input.environment, declarations),
      ...files.layers,
    ];
    const usedByUser = new Set(allUserFiles.flatMap((f) => f.references.map((r) => r.name)));
    return resolve({
      declarations,
      layers,
      environment: input.environment,
      usedByUser,
      elsewhere: elsewhere.variables,
    } satisfies ResolveInput);
  };
  const taking = takingPart(extensions, resolveWith);
  const { values } = note(resolveWith(taking));

  const own = new Set(userFiles.fragments.map((f) => f.name));
  const shipped = new Map(everything.map((f) => [f.name, f.service?.name ?? '']));
  const disabled = note(readDisabled(project.disabledServices, { shipped, own, elsewhere: elsewhere.fragments }));
  const userFragments = userFiles.fragments.filter((f) => !disabled.names.has(f.name));
  const chosenFiles = [...userFragments.map((f) => f.file), ...userFiles.overrides];
  const takingNames = new Set(taking.map((e) => e.contributor.name));
  const selection = note(
    selectServices({
      fragments: everything.filter((f) => takingNames.has(f.owner)),
      patches: note(readPatches(taking)).patches.filter((p) => p.condition === undefined || isOn(values, p.condition)),
      disabled: new Set([...disabled.names, ...disabledBy(taking, values)]),
      replaced: new Set(userFragments.map((f) => f.name)),
      userServices: definedWhole(chosenFiles),
      isOn: (name) => isOn(values, name),
      value: (name) => values.get(name)?.value ?? '',
    }),
  );
  problems.push(...replacements(userFragments, shippedNames));
  const userServices = withoutShipped(
    definedWhole(chosenFiles),
    selection.services.map((s) => s.name),
  );
  problems.push(
    ...userFileProblems(
      chosenFiles,
      new Set([...selection.services.map((s) => s.name), ...Object.keys(userServices)]),
      values,
      everything,
    ),
  );

  const logging = note(await readLogging(input, values));
  const common: ServiceDefinition = {
    ...(logging.logging ? { logging: logging.logging } : {}),
    ...(isTrue(values.get('ENABLE_HOST_NETWORK_INTEGRATION')?.value)
      ? { extra_hosts: ['host.docker.internal:host-gateway'] }
      : {}),
  };
  const defaultEnv = (name: string) => taking.flatMap((e) => e.defaults).find((f) => f.name === `env/${name}`)?.content;
  const env = placeEnvFiles(selection.services, userServices, project, defaultEnv);
  const selectedFragments = new Set(selection.services.map((s) => s.fragment));
  const defaults = taking.map((e) => note(defaultFiles(e, (fragment) => selectedFragments.has(fragment), values)));
  if (problems.some((p) => !isWarning(p))) return { problems, values, declarations };
  const plan: Plan = {
    folder: project.folder,
    name: values.get('COMPOSE_PROJECT_NAME')?.value ?? '',
    cli: input.cli,
    declarations,
    values,
    services: env.services,
    userServices,
    networks: selection.networks,
    volumes: selection.volumes,
    common,
    userFiles: chosenFiles,
    files: [...defaults.flatMap((d) => d.files), ...env.files],
    plugins: taking.map((e) => e.contributor).filter((c) => c.name !== input.cli.name),
    tasks: taking.flatMap((e) => (e.extension.tasks ?? []).map((task) => ({ ...task, contributor: e.contributor }))),
  };
  return { plan, problems, values, declarations };
}

/** An extension with a switch takes part while that is on, by the user's layers and the values of those without a switch. */
function takingPart(
  extensions: readonly LoadedExtension[],
  resolveWith: (taking: readonly LoadedExtension[]) => { values: Values },
): readonly LoadedExtension[] {
  if (extensions.every((e) => e.extension.enabledBy === undefined)) return extensions;
  const { values } = resolveWith(extensions.filter((e) => e.extension.enabledBy === undefined));
  return extensions.filter((e) => e.extension.enabledBy === undefined || isOn(values, e.extension.enabledBy));
}

const disabledBy = (extensions: readonly LoadedExtension[], values: Values): string[] =>
  extensions
    .flatMap((e) => e.extension.disables ?? [])
    .flatMap((d) => (typeof d === 'string' ? [d] : isOn(values, d.when) ? [d.fragment] : []));

/** Services that the user's files define whole; a file that only changes one (no image, no build) does not. */
function definedWhole(files: readonly UserComposeFile[]): Record<string, ServiceDefinition> {
  const merged: Record<string, ServiceDefinition> = {};
  for (const file of files)
    for (const [name, definition] of Object.entries(file.services)) merged[name] = { ...merged[name], ...definition };
  return Object.fromEntries(Object.entries(merged).filter(([, d]) => d.image ?? d.build ?? d.extends));
}

const withoutShipped = (
  services: Record<string, ServiceDefinition>,
  shipped: readonly string[],
): Record<string, ServiceDefinition> =>
  Object.fromEntries(Object.entries(services).filter(([name]) => !shipped.includes(name)));

const replacements = (fragments: UserFiles['fragments'], shipped: ReadonlySet<string>): Problem[] =>
  fragments
    .filter((f) => shipped.has(f.name))
    .map((f) => ({
      code: 'FRAGMENT_REPLACED',
      severity: 'warning',
      title: `your ${f.file.path} replaces the shipped fragment ${f.name}`,
      place: { file: f.file.path },
    }));

async function readLogging(
  input: PlanInput,
  values: Values,
): Promise<{ logging?: ServiceDefinition; problems: readonly Problem[] }> {
  const variable = values.get('LOGGING_CONFIGURATION_TEMPLATE');
  const chosen = variable?.value ?? 'none';
  if (chosen === 'none') return { problems: [] };
  if (chosen === 'default') {
    const file = input.extensions.flatMap((e) => e.defaults).find((f) => f.name === 'logging');
    return file ? loggingFrom(file.content, { file: file.path }) : { problems: [] };
  }
  const content = await input.readText(chosen);
  if (content === undefined) return { problems: variable ? [loggingTemplateMissing(variable)] : [] };
  return loggingFrom(content, { file: chosen });
}
