import { isRecord } from './fragment.ts';

export type Waits = Readonly<Record<string, { readonly condition: string }>>;

export const waitsOf = (definition: { readonly depends_on?: unknown }): Waits =>
  isRecord(definition.depends_on) ? (definition.depends_on as Waits) : {};

/**
 * What is left of a service's waits when some services do not take part: each wait for an absent service becomes the waits
 * that the absent one has itself, so that an order that it stood for is kept.
 * @param stateOf how a service takes part: `true`, `false`, or as a service without a health check (`unchecked`)
 */
export function keepWaits(
  waits: Waits,
  waitsOfService: (service: string) => Waits | undefined,
  stateOf: (service: string) => boolean | 'unchecked',
  seen: ReadonlySet<string> = new Set(),
): Waits {
  const kept: Record<string, { condition: string }> = {};
  for (const [service, wait] of Object.entries(waits)) {
    const state = stateOf(service);
    if (state === true) kept[service] = wait;
    else if (state === 'unchecked')
      kept[service] = wait.condition === 'service_healthy' ? { condition: 'service_started' } : wait;
    else if (!seen.has(service))
      Object.assign(
        kept,
        keepWaits(waitsOfService(service) ?? {}, waitsOfService, stateOf, new Set([...seen, service])),
      );
  }
  return kept;
}
