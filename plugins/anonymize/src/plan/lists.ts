import type { Problem } from '@coog/cli/command';
import type { MergedList } from '../rules/merge.ts';
import type { ListPlan } from './types.ts';

const AT_MOST = 0.5;

/** The lists that columns ask for; those that are off or whose tables are not there are empty, and said to be. */
export function planLists(
  lists: ReadonlyMap<string, MergedList>,
  { used, tables }: { used: ReadonlySet<string>; tables: ReadonlySet<string> },
  problems: Problem[],
): ListPlan[] {
  const plans: ListPlan[] = [];
  for (const name of [...used].sort()) {
    const list = lists.get(name);
    if (!list) {
      problems.push({
        code: 'RULE_LIST_UNKNOWN',
        title: `no rule file has a keep list "${name}", which columns are masked unless`,
        next: 'correct the name, or add the list',
      });
      continue;
    }
    if (list.enabled === false || list.query === undefined) continue;
    const isThere = (when: { readonly tables: readonly string[] } | undefined): boolean =>
      (when?.tables ?? []).every((table) => tables.has(table));
    plans.push({
      name,
      query: list.query,
      except: (list.except ?? []).filter(({ when }) => isThere(when)),
      atMost: list['at-most'] ?? AT_MOST,
      missing: (list.when?.tables ?? []).filter((table) => !tables.has(table)),
    });
  }
  return plans;
}
