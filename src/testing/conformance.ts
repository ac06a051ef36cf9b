import { extensionChecks } from './checks/extension.ts';
import { packageChecks } from './checks/package.ts';
import { serviceChecks } from './checks/services.ts';
import { variableChecks } from './checks/variables.ts';
import { type Look, lookAt } from './look.ts';

export interface ConformanceOptions {
  /** Folder of the plugin, with its package.json. */
  readonly root: string;
  /** Variables that the plugin cannot do without, by the names that users set. Its switches are put on without being named. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folders of plugins that it needs beside it. */
  readonly others?: readonly string[];
}

/** Something that must hold for every plugin. `run` rejects with what does not. */
export interface NamedCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * What every plugin must be, as a list for any test runner:
 * `for (const { name, run } of conformance({ root })) test(name, run);`
 * @param environment of the process; npm is run in it
 */
export function conformance(
  options: ConformanceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): NamedCheck[] {
  const look = lookAt(options, environment);
  const all: Readonly<Record<string, (look: Look) => Promise<readonly string[]>>> = {
    ...extensionChecks,
    ...serviceChecks,
    ...variableChecks,
    ...packageChecks,
  };
  return Object.entries(all).map(([name, check]) => ({
    name,
    run: async () => {
      const wrong = await check(look);
      if (wrong.length > 0) throw new Error(`${name}: it does not hold\n${wrong.map((w) => `- ${w}`).join('\n')}`);
    },
  }));
}
