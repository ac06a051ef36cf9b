import type { Problem } from '../shared/problem.ts';
import { mergeDefinitions } from './merge.ts';
import type { Fragment, PlannedService, ServiceDefinition } from './types.ts';
import { keepWaits, type Waits, waitsOf } from './waits.ts';

export interface SelectInput {
  /** Of extensions that take part, in their order. */
  readonly fragments: readonly Fragment[];
  readonly patches: readonly {
    readonly owner: string;
    readonly services: Readonly<Record<string, ServiceDefinition>>;
  }[];
  /** Fragment names that the user or a plugin leaves out. */
  readonly disabled: ReadonlySet<string>;
  /** Names of the user's own fragments; one with a shipped name replaces it. */
  readonly replaced: ReadonlySet<string>;
  /** Services that the user's files define whole, with their definitions. */
  readonly userServices: Readonly<Record<string, ServiceDefinition>>;
  readonly isOn: (variable: string) => boolean;
  readonly value: (variable: string) => string;
}

export interface Selection {
  readonly services: readonly PlannedService[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Chooses the fragments that take part and makes their services whole: template, patches, waits. Pure. */
export function selectServices(input: SelectInput): Selection {
  const problems: Problem[] = [...fragmentConflicts(input.fragments)];
  const byName = new Map(input.fragments.map((f) => [f.name, f]));
  const whole = new Map<string, ServiceDefinition>();
  for (const fragment of input.fragments) {
    if (!fragment.service || fragment.notes.role === 'template') continue;
    const template = fragment.notes.template === undefined ? undefined : byName.get(fragment.notes.template);
    if (fragment.notes.template !== undefined && !template?.service) problems.push(templateMissing(fragment));
    whole.set(
      fragment.service.name,
      mergeDefinitions(template?.service?.definition ?? {}, fragment.service.definition),
    );
  }
  const isSelected = (f: Fragment) =>
    !input.disabled.has(f.name) &&
    !input.replaced.has(f.name) &&
    (f.notes.condition === undefined || input.isOn(f.notes.condition));
  const selected = input.fragments.filter((f) => f.service && f.notes.role === undefined && isSelected(f));
  const taking = new Set(selected.map((f) => f.service?.name));
  const bundled = new Map(
    input.fragments.flatMap((f) => (f.service && f.notes.bundled ? [[f.service.name, f.notes.bundled] as const] : [])),
  );
  const stateOf = (service: string): boolean | 'unchecked' => {
    const variable = bundled.get(service);
    if (variable !== undefined && input.value(variable) !== service) return false;
    const own = input.userServices[service];
    if (!taking.has(service)) return own ? (hasCheck(own) ? true : 'unchecked') : false;
    return true;
  };
  const waitsOfService = (service: string): Waits | undefined =>
    whole.has(service) ? waitsOf(whole.get(service) ?? {}) : undefined;
  const services = selected.map((fragment): PlannedService => {
    const name = fragment.service?.name ?? '';
    const patches = input.patches.filter((p) => p.services[name]);
    const patched = patches.reduce((d, p) => mergeDefinitions(d, p.services[name] ?? {}), whole.get(name) ?? {});
    return {
      name,
      fragment: fragment.name,
      owner: fragment.owner,
      definition: withWaits(patched, keepWaits(waitsOf(patched), waitsOfService, stateOf)),
      oneShot: fragment.notes.oneShot === true,
      urls: fragment.notes.urls ?? [],
      patchedBy: patches.map((p) => p.owner),
    };
  });
  return {
    services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    networks: Object.assign({}, ...input.fragments.map((f) => f.networks)) as Record<string, unknown>,
    volumes: Object.assign({}, ...selected.map((f) => f.volumes)) as Record<string, unknown>,
    problems,
  };
}

const hasCheck = (definition: ServiceDefinition): boolean => definition.healthcheck !== undefined;

function withWaits({ depends_on: _, ...definition }: ServiceDefinition, waits: Waits): ServiceDefinition {
  return Object.keys(waits).length === 0 ? definition : { ...definition, depends_on: waits };
}

/** Neither a fragment nor a service may be shipped by two. */
function fragmentConflicts(fragments: readonly Fragment[]): Problem[] {
  const seen = new Map<string, Fragment>();
  return fragments.flatMap((fragment) => {
    const keys = [
      `the fragment ${fragment.name}`,
      ...(fragment.service ? [`the service ${fragment.service.name}`] : []),
    ];
    return keys.flatMap((key) => {
      const other = seen.get(key);
      seen.set(key, other ?? fragment);
      if (!other) return [];
      return [
        {
          code: 'FRAGMENT_CONFLICT',
          title: `${fragment.owner} and ${other.owner} both define ${key}`,
          detail: `${other.path}\n${fragment.path}`,
          next: `coog plugins:uninstall ${fragment.owner}, or add --without-plugin ${fragment.owner}`,
        },
      ];
    });
  });
}

const templateMissing = (fragment: Fragment): Problem => ({
  code: 'TEMPLATE_MISSING',
  title: `${fragment.owner}: fragment ${fragment.name} builds on the template ${fragment.notes.template}, which nobody ships`,
  place: { file: fragment.path },
  next: `update ${fragment.owner}, or add --without-plugin ${fragment.owner}`,
});
