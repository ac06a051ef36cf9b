import { expand, parseTemplate } from '../configuration/index.ts';
import type { ComposeModel } from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';

/** What a person may open of one service; empty for one that is not shipped. */
export const serviceUrls = (plan: Plan, service: string): string[] =>
  plan.services
    .filter(({ name }) => name === service)
    .flatMap(({ urls }) => urls.map((url) => expand(parseTemplate(url), (name) => plan.values.get(name)?.value)));

/** What a person may open, of the services that a model has. */
export function projectUrls(plan: Plan, model?: Pick<ComposeModel, 'services'>): string[] {
  const chosen = plan.services.filter((s) => !model || model.services[s.name]);
  return [...new Set(chosen.flatMap(({ name }) => serviceUrls(plan, name)))].sort();
}
