import { isWarning, type Problem } from '../shared/problem.ts';
import { chooseServices } from './choose.ts';
import { commonPart } from './common-part.ts';
import { contributions } from './contributions.ts';
import { defaultFiles, fileConflicts } from './default-files.ts';
import { placeEnvFiles } from './env-files.ts';
import { readShipped } from './read-shipped.ts';
import { resolveLayers } from './resolve-layers.ts';
import type { Plan, PlanInput, Planned } from './types.ts';

/**
 * Resolves a project: what is shipped, then the values, then the services, then the files. Pure but for `readText`.
 * Answers all problems at once.
 */
export async function makePlan(input: PlanInput): Promise<Planned> {
  const problems: Problem[] = [...input.project.problems];
  const note = <T extends { readonly problems: readonly Problem[] }>(result: T): T => {
    problems.push(...result.problems);
    return result;
  };
  const shipped = note(readShipped(input));
  const { values, taking } = note(resolveLayers(input, shipped));
  const chosen = note(chooseServices(input, shipped, { values, taking }));
  const common = note(await commonPart(input, values)).common;
  const defaultEnv = (name: string) => taking.flatMap((e) => e.defaults).find((f) => f.name === `env/${name}`)?.content;
  const env = placeEnvFiles(chosen.selection.services, chosen.userServices, input.project, defaultEnv);
  const selected = new Set(chosen.selection.services.map((s) => s.fragment));
  const defaults = taking.map((e) => ({
    owner: e.contributor.name,
    files: note(defaultFiles(e, (fragment) => selected.has(fragment), values)).files,
  }));
  problems.push(...fileConflicts(defaults));
  const contributed = note(contributions(taking, values));
  const { declarations } = shipped;
  const userFiles = chosen.userFiles.map((f) => f.path);
  if (problems.some((p) => !isWarning(p))) return { problems, values, declarations, userFiles };
  const plan: Plan = {
    folder: input.project.folder,
    name: values.get('COMPOSE_PROJECT_NAME')?.value ?? '',
    cli: input.cli,
    declarations,
    values,
    services: env.services,
    userServices: chosen.userServices,
    leftOut: chosen.leftOut,
    networks: chosen.selection.networks,
    volumes: chosen.selection.volumes,
    common,
    userFiles: chosen.userFiles,
    files: [...defaults.flatMap((d) => d.files), ...env.files],
    disabledPlugins: input.disabledPlugins ?? [],
    plugins: taking.map((e) => e.contributor).filter((c) => c.name !== input.cli.name),
    ...contributed.parts,
  };
  return { plan, problems, values, declarations, userFiles };
}
