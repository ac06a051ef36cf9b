import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@coog/cli/command';
import type { RuleSource } from './read.ts';

const shipped = (folder: string): string => fileURLToPath(new URL(`../../${folder}`, import.meta.url));

/** Where the rules of a project come from, the weakest first. */
export function ruleSources(plan: Pick<Plan, 'folder' | 'anonymisationRules'>): RuleSource[] {
  const byPlugin = Map.groupBy(plan.anonymisationRules, ({ contributor }) => contributor.name);
  return [
    { name: 'base', folders: [shipped('rules')] },
    { name: 'neutralise', folders: [shipped('neutralise')] },
    ...[...byPlugin].map(([name, rules]) => ({ name, files: rules.map(({ path }) => path) })),
    { name: 'project', folders: [join(plan.folder, 'anonymize'), join(plan.folder, 'custom', 'anonymize')] },
  ];
}
