import type { CheckResult } from '../extension/index.ts';
import { loadChecks } from '../operations/index.ts';
import type { Facts } from './facts.ts';
import type { Check, Finding } from './types.ts';

/** The checks of the plugins that take part; none where there is no plan or no engine. `timeout` in milliseconds. */
export async function pluginChecks(facts: Facts, timeout: number): Promise<Check[]> {
  try {
    const [plan, engine] = await Promise.all([facts.plan(), facts.engine()]);
    return loadChecks(plan, engine).map(({ id, title, run }) => ({
      id,
      title,
      look: async () => (await run(timeout)).flatMap(ofResult),
    }));
  } catch {
    // Why there is none is told by the checks of the engine and of the configuration.
    return [];
  }
}

function ofResult({ severity, title, evidence, fix }: CheckResult): Finding[] {
  if (severity === 'ok') return [];
  return [{ severity, title, ...(evidence ? { evidence } : {}), ...(fix ? { next: fix } : {}) }];
}
