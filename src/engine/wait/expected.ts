import type { ComposeModel, ServiceModel } from '../model/model.ts';
import type { ExpectedService } from './judge.ts';

/**
 * What to wait for in a model. A service is a one-shot when another waits for its end, or when it has `on-failure` and no
 * health check. Without a restart policy and a health check nobody can know: a user's own service is often left so.
 */
export function expectedServices(model: ComposeModel): Map<string, ExpectedService> {
  const awaited = new Set(Object.values(model.services).flatMap(completionsAwaitedBy));
  return new Map(
    Object.entries(model.services).map(([name, { healthcheck, restart }]) => {
      const hasHealthcheck = healthcheck !== undefined;
      const oneShot = awaited.has(name) || (restart.startsWith('on-failure') && !hasHealthcheck);
      return [name, { oneShot, hasHealthcheck, mayEnd: !oneShot && restart === 'no' && !hasHealthcheck }];
    }),
  );
}

const completionsAwaitedBy = ({ dependsOn }: ServiceModel): string[] =>
  Object.keys(dependsOn).filter((name) => dependsOn[name] === 'service_completed_successfully');
