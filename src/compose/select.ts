import type { Problem } from '../shared/problem.ts';
import { fragmentConflicts } from './conflicts.ts';
import { mergeDefinitions } from './merge.ts';
import { withTemplates } from './templates.ts';
import type { Fragment, Patch, PlannedService, ServiceDefinition } from './types.ts';
import { findCircle, hasCheck, keepWaits, type WaitState, type Waits, waitsOf } from './waits.ts';

export interface SelectInput {
  /** Of extensions that take part, in their order. */
  readonly fragments: readonly Fragment[];
  /** Those whose condition holds, in the order of their extensions. */
  readonly patches: readonly Patch[];
  /** Fragment names that the user or a plugin leaves out. */
  readonly disabled: ReadonlySet<string>;
  /** Names of the user's own fragments; one with a shipped name replaces it. */
  readonly replaced: ReadonlySet<string>;
  /** What the user's files say of each service, merged: whole services and mere changes. */
  readonly userServices: Readonly<Record<string, ServiceDefinition>>;
  /** The user's own version of shipped templates, by fragment name. */
  readonly userTemplates: Readonly<Record<string, ServiceDefinition>>;
  readonly isOn: (variable: string) => boolean;
  readonly value: (variable: string) => string;
}

export interface Selection {
  readonly services: readonly PlannedService[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

type Serving = Fragment & { readonly service: NonNullable<Fragment['service']> };

/** Chooses the fragments that take part and makes their services whole: template, patches, waits. Pure. */
export function selectServices(input: SelectInput): Selection {
  const { whole, problems } = withTemplates(input.fragments, input.userTemplates);
  const patchesOf = (service: string) => input.patches.filter((p) => p.services[service]);
  const definitions = new Map(
    [...whole].map(([name, definition]) => [
      name,
      patchesOf(name).reduce((d, patch) => mergeDefinitions(d, patch.services[name] ?? {}), definition),
    ]),
  );
  const selected = input.fragments.filter((f): f is Serving => isSelected(f, input));
  const stateOf = waitStates(input, selected, definitions);
  const waitsOfService = (service: string): Waits => waitsOf(definitions.get(service) ?? {});
  const services = selected.map((fragment): PlannedService => {
    const { name } = fragment.service;
    return {
      name,
      fragment: fragment.name,
      owner: fragment.owner,
      definition: withWaits(definitions.get(name) ?? {}, keepWaits(name, waitsOfService, stateOf)),
      oneShot: fragment.notes.oneShot === true,
      urls: fragment.notes.urls ?? [],
      patchedBy: [...new Set(patchesOf(name).map((p) => p.owner))],
    };
  });
  return {
    services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    networks: usedNetworks(input, services),
    volumes: Object.assign({}, ...selected.map((f) => f.volumes)) as Record<string, unknown>,
    problems: [...fragmentConflicts(input.fragments), ...problems, ...circularWaits(services)],
  };
}

/** Networks that a service is on: docker-compose 1.29.2 complains about any other, at every command. */
function usedNetworks(input: SelectInput, services: readonly PlannedService[]): Record<string, unknown> {
  const all = Object.assign({}, ...input.fragments.map((f) => f.networks)) as Record<string, unknown>;
  const definitions = [...services.map((s) => s.definition), ...Object.values(input.userServices)];
  const used = new Set(
    definitions.flatMap(({ networks }) => (Array.isArray(networks) ? networks : Object.keys(networks ?? {}))),
  );
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

function isSelected(fragment: Fragment, input: SelectInput): fragment is Serving {
  const { name, notes, service } = fragment;
  const { disabled, replaced, isOn } = input;
  if (service === undefined || notes.role !== undefined || disabled.has(name) || replaced.has(name)) return false;
  if (notes.condition !== undefined && !isOn(notes.condition)) return false;
  if (notes.onlyWith === undefined) return true;
  const other = input.fragments.find((f) => f.name === notes.onlyWith);
  // What stands only with something else needs nothing in its turn: no circle can arise.
  return other !== undefined && other.notes.onlyWith === undefined && isSelected(other, input);
}

/** How each service takes part, seen by one who waits for it. */
function waitStates(
  input: SelectInput,
  selected: readonly Serving[],
  definitions: ReadonlyMap<string, ServiceDefinition>,
): (service: string) => WaitState {
  const taking = new Map(selected.map((f) => [f.service.name, f]));
  const bundled = new Map(
    input.fragments.flatMap((f) => (f.service && f.notes.bundled ? [[f.service.name, f.notes.bundled] as const] : [])),
  );
  return (service) => {
    const variable = bundled.get(service);
    if (variable !== undefined && input.value(variable) !== service) return 'absent';
    const fragment = taking.get(service);
    const own = input.userServices[service];
    if (fragment?.notes.oneShot) return 'ends';
    if (fragment)
      return hasCheck(mergeDefinitions(definitions.get(service) ?? {}, own ?? {})) ? 'checked' : 'unchecked';
    if (own === undefined || !isWhole(own)) return 'absent';
    return hasCheck(own) ? 'checked' : 'unchecked';
  };
}

/** Whether a definition makes a container by itself; without an image it only changes one that others define. */
export const isWhole = (definition: ServiceDefinition): boolean =>
  (definition.image ?? definition.build ?? definition.extends) !== undefined;

function withWaits({ depends_on: _, ...definition }: ServiceDefinition, waits: Waits): ServiceDefinition {
  return Object.keys(waits).length === 0 ? definition : { ...definition, depends_on: waits };
}

function circularWaits(services: readonly PlannedService[]): Problem[] {
  const circle = findCircle(new Map(services.map((s) => [s.name, waitsOf(s.definition)])));
  if (!circle) return [];
  const owners = new Set(services.filter((s) => circle.includes(s.name)).flatMap((s) => [s.owner, ...s.patchedBy]));
  return [
    {
      code: 'WAIT_CYCLE',
      title: `services wait for each other: ${circle.join(' → ')}`,
      detail: `they are shipped or changed by ${[...owners].join(', ')}`,
      next: `disable one of them, or add --without-plugin ${[...owners].at(-1)}`,
    },
  ];
}
