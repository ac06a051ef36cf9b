import type { DockerAccess } from '../engine/index.ts';
import {
  type Check,
  type CheckDeclaration,
  type CheckResult,
  type Contributed,
  checkSeverities,
} from '../extension/index.ts';
import type { Plan } from '../plan/index.ts';
import { answerInTime } from './answer-in-time.ts';
import { loadModule, moduleContext } from './module-context.ts';

/** A check of a plugin, ready to be run. */
export interface PluginCheck {
  /** `<plugin>/<id>`. */
  readonly id: string;
  readonly title: string;
  /** Never rejects: what goes wrong with the check itself is a result. `timeout` in milliseconds (2000). */
  readonly run: (timeout?: number) => Promise<readonly CheckResult[]>;
}

/** The checks that the plugins of a plan bring, in their order. Their code is loaded when one is run. */
export const loadChecks = (plan: Plan, access: DockerAccess): PluginCheck[] =>
  plan.checks.map((check) => ({
    id: `${check.contributor.name}/${check.id}`,
    title: check.title,
    run: async (timeout) => {
      const found = await answerInTime(async (signal) => {
        const run = await loadModule<Check>(check.contributor, check.module);
        return run(moduleContext(plan, access, signal));
      }, timeout);
      if (found instanceof Error) return [failed(check, found.message)];
      return areResults(found) ? found : [failed(check, 'it answered something that is no list of results')];
    },
  }));

function failed({ contributor, title }: Contributed<CheckDeclaration>, message: string): CheckResult {
  return {
    severity: 'error',
    title: `${contributor.name} ${contributor.version} could not check: ${title}`,
    evidence: message.split('\n')[0] ?? '',
    fix: `coog plugins:install ${contributor.name}@latest`,
  };
}

const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === 'string';

const areResults = (found: unknown): boolean =>
  Array.isArray(found) &&
  found.every(
    (result: Partial<CheckResult> | null) =>
      typeof result?.title === 'string' &&
      checkSeverities.includes(result.severity as never) &&
      isOptionalText(result.evidence) &&
      isOptionalText(result.fix),
  );
