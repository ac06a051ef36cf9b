import { toMap } from './merge.ts';
import { isRecord } from './read-yaml.ts';
import type { ServiceDefinition } from './types.ts';

export type Waits = Readonly<Record<string, { readonly condition: string }>>;

/** What a service waits for; the short form (a list) waits for the start only. */
export const waitsOf = (definition: ServiceDefinition): Waits => toMap(definition.depends_on, 'depends_on') as Waits;

/** Whether Compose can wait until it is healthy. A check without a test is the image's own. */
export function hasCheck({ healthcheck }: ServiceDefinition): boolean {
  if (!isRecord(healthcheck) || healthcheck.disable === true) return false;
  const [first] = Array.isArray(healthcheck.test) ? healthcheck.test : [healthcheck.test];
  return first !== 'NONE';
}

/** How a service takes part, for those who wait for it. */
export type WaitState = 'absent' | 'checked' | 'unchecked' | 'ends';

/**
 * What is left of a service's waits when some services do not take part: each wait for an absent service becomes the waits
 * that the absent one has itself, so that an order that it stood for is kept. A service's own wait is stronger than one
 * that it takes over. Nobody waits for a mere start where there is more to wait for.
 * @param name the service that waits
 */
export function keepWaits(
  name: string,
  waitsOfService: (service: string) => Waits,
  stateOf: (service: string) => WaitState,
): Waits {
  const kept: Record<string, { condition: string }> = {};
  const seen = new Set([name]);
  let level = Object.entries(waitsOfService(name));
  while (level.length > 0) {
    const below: [string, { readonly condition: string }][] = [];
    for (const [service, wait] of level) {
      if (seen.has(service)) continue;
      seen.add(service);
      const state = stateOf(service);
      if (state === 'absent') below.push(...Object.entries(waitsOfService(service)));
      else kept[service] = fitting(wait, state);
    }
    level = below;
  }
  return kept;
}

function fitting(wait: { readonly condition: string }, state: WaitState): { condition: string } {
  if (state === 'checked' && wait.condition === 'service_started') return { ...wait, condition: 'service_healthy' };
  if (state === 'ends' && wait.condition !== 'service_completed_successfully')
    return { ...wait, condition: 'service_completed_successfully' };
  if (state === 'unchecked' && wait.condition === 'service_healthy') return { ...wait, condition: 'service_started' };
  return wait;
}

/** The first circle of services that wait for each other, or undefined. */
export function findCircle(services: ReadonlyMap<string, Waits>): string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    done.add(name);
    for (const next of Object.keys(services.get(name) ?? {})) {
      const circle = walk(next, [...path, name]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const name of services.keys()) {
    const circle = walk(name, []);
    if (circle) return circle;
  }
  return undefined;
}
