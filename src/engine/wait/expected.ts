import type { ComposeModel } from '../model/model.ts';
import type { ExpectedService } from './judge.ts';

/**
 * What to wait for in a model. A service is a one-shot when another waits for its end, or when its restart policy lets
 * it end: nothing that is to go on running has `no` or `on-failure` without a health check.
 */
export function expectedServices(model: ComposeModel): Map<string, ExpectedService> {
  const awaited = new Set(
    Object.values(model.services).flatMap(({ dependsOn }) =>
      Object.keys(dependsOn).filter((name) => dependsOn[name] === 'service_completed_successfully'),
    ),
  );
  return new Map(
    Object.entries(model.services).map(([name, { healthcheck, restart }]) => {
      const mayEnd = restart === 'no' || restart.startsWith('on-failure');
      const hasHealthcheck = healthcheck !== undefined;
      return [name, { oneShot: awaited.has(name) || (mayEnd && !hasHealthcheck), hasHealthcheck }];
    }),
  );
}
