import { expand, parseTemplate } from '../configuration/index.ts';
import type { ComposeModel } from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';

/** What a person may open, of the services that a model has. */
export function projectUrls(plan: Plan, model?: Pick<ComposeModel, 'services'>): string[] {
  const chosen = plan.services.filter((s) => !model || model.services[s.name]);
  const urls = chosen.flatMap((s) =>
    s.urls.map((url) => expand(parseTemplate(url), (name) => plan.values.get(name)?.value)),
  );
  return [...new Set(urls)].sort();
}
