import { type ServiceDefinition, selectServices } from '../compose/index.ts';
import { isOn, isTrue, type Layer, type ResolveInput, resolve, type Values } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import { isWarning, type Problem } from '../shared/problem.ts';
import { defaultFiles, fileConflicts } from './default-files.ts';
import { readDisabled } from './disabled.ts';
import { placeEnvFiles } from './env-files.ts';
import { knownPlugins } from './known-plugins.ts';
import { environmentLayer, fileLayers, lostValues, pluginLayers } from './layers.ts';
import { loggingFrom, loggingTemplateMissing } from './logging.ts';
import { readDeclarations, readFragments, readPatches, readUserFiles } from './read-shipped.ts';
import { undeclaredNames } from './shipped-problems.ts';
import type { Plan, PlanInput, Planned } from './types.ts';
import { userFileProblems } from './user-file-problems.ts';
import { definedByUser, userServices } from './user-services.ts';

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
  const elsewhere = knownPlugins(extensions, input.cli.name);
  const userFiles = note(
    readUserFiles(project, new Set([...everything.map((f) => f.name), ...elsewhere.fragments.keys()])),
  );
  const allUserFiles = [...userFiles.fragments.map((f) => f.file), ...userFiles.overrides];

  const settable = new Set(declarations.flatMap((d) => d.setBy));
  const resolveWith = (taking: readonly LoadedExtension[]) => {
    const layers: Layer[] = [
      ...pluginLayers(taking, settable),
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
  problems.push(...lostValues(taking, settable, elsewhere.variables));

  const own = new Set(userFiles.fragments.map((f) => f.name));
  const shipped = new Map(everything.map((f) => [f.name, f.service?.name ?? '']));
  const known = { shipped, own, elsewhere: elsewhere.fragments };
  const disabled = note(readDisabled(project.disabledServices, known, input.leftOut)).names;
  const user = note(userServices(userFiles, disabled, everything));
  const takingNames = new Set(taking.map((e) => e.contributor.name));
  const fragments = everything.filter((f) => takingNames.has(f.owner));
  const patches = note(readPatches(taking)).patches.filter(
    (p) => p.condition === undefined || isOn(values, p.condition),
  );
  const leftOut = new Set([...disabled, ...disabledBy(taking, values)]);
  problems.push(
    ...undeclaredNames(
      extensions,
      fragments.filter((f) => !leftOut.has(f.name) && !user.replaced.has(f.name)),
      patches,
      values,
    ),
  );
  const selection = note(
    selectServices({
      fragments,
      patches,
      disabled: leftOut,
      replaced: user.replaced,
      userServices: user.said,
      userTemplates: user.templates,
      isOn: (name) => isOn(values, name),
      value: (name) => values.get(name)?.value ?? '',
    }),
  );
  const selected = new Set(selection.services.map((s) => s.name));
  const defined = definedByUser(user.said, selected);
  const running = new Set([...selected, ...Object.keys(defined)]);
  problems.push(...userFileProblems(user.files, running, values, everything, elsewhere.services));

  const logging = note(await readLogging(input, values));
  const common: ServiceDefinition = {
    ...(logging.logging ? { logging: logging.logging } : {}),
    ...(isTrue(values.get('ENABLE_HOST_NETWORK_INTEGRATION')?.value)
      ? { extra_hosts: ['host.docker.internal:host-gateway'] }
      : {}),
  };
  const defaultEnv = (name: string) => taking.flatMap((e) => e.defaults).find((f) => f.name === `env/${name}`)?.content;
  const env = placeEnvFiles(selection.services, defined, project, defaultEnv);
  const selectedFragments = new Set(selection.services.map((s) => s.fragment));
  const defaults = taking.map((e) => ({
    owner: e.contributor.name,
    files: note(defaultFiles(e, (fragment) => selectedFragments.has(fragment), values)).files,
  }));
  problems.push(...fileConflicts(defaults));
  if (problems.some((p) => !isWarning(p))) return { problems, values, declarations };
  const plan: Plan = {
    folder: project.folder,
    name: values.get('COMPOSE_PROJECT_NAME')?.value ?? '',
    cli: input.cli,
    declarations,
    values,
    services: env.services,
    userServices: defined,
    networks: selection.networks,
    volumes: selection.volumes,
    common,
    userFiles: user.files,
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
