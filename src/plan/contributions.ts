import { expand, parseTemplate, TemplateError, type Values } from '../configuration/index.ts';
import type { Contributed, LoadedExtension } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { Plan, PlannedDatabase } from './types.ts';

type Parts = Pick<Plan, 'tasks' | 'checks' | 'statusRows' | 'databases' | 'anonymisationRules'>;

/** What the extensions that take part bring besides files, in their order, each with its plugin. */
export function contributions(
  taking: readonly LoadedExtension[],
  values: Values,
): { readonly parts: Parts; readonly problems: readonly Problem[] } {
  const { databases, problems } = planDatabases(taking, values);
  return {
    parts: {
      tasks: ofAll(taking, (e) => e.extension.tasks),
      checks: ofAll(taking, (e) => e.extension.checks),
      statusRows: ofAll(taking, (e) => e.extension.statusRows),
      databases,
      anonymisationRules: ofAll(taking, (e) => e.anonymisationRules.map((path) => ({ path }))),
    },
    problems,
  };
}

const ofAll = <T extends object>(
  extensions: readonly LoadedExtension[],
  list: (extension: LoadedExtension) => readonly T[] | undefined,
): Contributed<T>[] =>
  extensions.flatMap((e) => (list(e) ?? []).map((item) => ({ ...item, contributor: e.contributor })));

/** `--database NAME` must mean one, whatever server it is on. */
function planDatabases(taking: readonly LoadedExtension[], values: Values) {
  const problems: Problem[] = [];
  const databases: PlannedDatabase[] = [];
  for (const declared of ofAll(taking, (e) => e.extension.databases)) {
    const named = filledIn(declared, values, problems);
    if (named === undefined || named.name === '') continue;
    const other = databases.find((d) => d.name === named.name);
    if (other) problems.push(conflict(other, named));
    else databases.push(named);
  }
  return { databases, problems };
}

/** Name and address, with their values. The password stays a template: no print-out of a plan holds it twice. */
function filledIn(declared: PlannedDatabase, values: Values, problems: Problem[]): PlannedDatabase | undefined {
  const fill = (text: string) => expand(parseTemplate(text), (name) => values.get(name)?.value);
  const { server, contributor } = declared;
  try {
    if (server) parseTemplate(server.password);
    return {
      ...declared,
      name: fill(declared.name),
      ...(server
        ? { server: { ...server, host: fill(server.host), port: fill(server.port), user: fill(server.user) } }
        : {}),
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    problems.push({
      code: 'PLUGIN_INVALID',
      title: `${contributor.name} ${contributor.version}: the database ${declared.name}: ${error.message}`,
      place: { file: contributor.root },
      next: `coog plugins:uninstall ${contributor.name}, or add --without-plugin ${contributor.name}`,
    });
    return undefined;
  }
}

const conflict = (a: PlannedDatabase, b: PlannedDatabase): Problem => ({
  code: 'DATABASE_CONFLICT',
  title: `${a.contributor.name} and ${b.contributor.name} both bring the database ${b.name}`,
  place: { file: b.contributor.root },
  next: `give one of them another name (coog config:list), or add --without-plugin ${b.contributor.name}`,
});
