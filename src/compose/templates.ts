import type { Problem } from '../shared/problem.ts';
import { mergeDefinitions } from './merge.ts';
import type { Fragment, ServiceDefinition } from './types.ts';

/** The definition of every shipped service with its template under it, by service name. A template may build on another. */
export function withTemplates(
  fragments: readonly Fragment[],
  ownTemplates: Readonly<Record<string, ServiceDefinition>>,
): { whole: Map<string, ServiceDefinition>; problems: Problem[] } {
  const byName = new Map(fragments.map((f) => [f.name, f]));
  const problems: Problem[] = [];
  const complete = (fragment: Fragment, above: readonly string[]): ServiceDefinition => {
    const own = ownTemplates[fragment.name] ?? fragment.service?.definition ?? {};
    const { template } = fragment.notes;
    if (template === undefined) return own;
    const base = byName.get(template);
    if (!base?.service) problems.push(templateProblem(fragment, `the template ${template}, which nobody ships`));
    else if (above.includes(template))
      problems.push(templateProblem(fragment, `itself: ${[...above, template].join(' → ')}`));
    else return mergeDefinitions(complete(base, [...above, template]), own);
    return own;
  };
  const whole = new Map<string, ServiceDefinition>();
  for (const fragment of fragments)
    if (fragment.service && fragment.notes.role !== 'template')
      whole.set(fragment.service.name, complete(fragment, [fragment.name]));
  return { whole, problems };
}

const templateProblem = (fragment: Fragment, title: string): Problem => ({
  code: 'TEMPLATE_MISSING',
  title: `${fragment.owner}: fragment ${fragment.name} builds on ${title}`,
  place: { file: fragment.path },
  next: `update ${fragment.owner}, or add --without-plugin ${fragment.owner}`,
});
