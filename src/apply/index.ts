/** Apply: the only part that writes a project's generated files. */
import { type Plan, renderPlan } from '../plan/index.ts';
import { type Applied, applyFiles } from './apply.ts';
import { type Comparison, compareFiles, isDrift } from './compare.ts';

export type { Applied } from './apply.ts';
export { type Comparison, isDrift } from './compare.ts';
export { describeDifference } from './differences.ts';

/** What configuring would do. Reads only. */
export const comparePlan = (plan: Plan): Promise<Comparison[]> => compareFiles(plan.folder, renderPlan(plan));

/** Writes what differs. Running it twice writes nothing the second time. */
export async function applyPlan(plan: Plan, now: Date): Promise<Applied & { comparisons: readonly Comparison[] }> {
  const comparisons = await comparePlan(plan);
  const drifted = comparisons.some((c) => isDrift(c) || c.state === 'missing');
  const nothing: Applied = { written: [], keptAside: [], protected: [] };
  return { ...(drifted ? await applyFiles(plan.folder, comparisons, now) : nothing), comparisons };
}
