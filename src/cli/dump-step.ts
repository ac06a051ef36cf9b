import { resolve } from 'node:path';
import type { Config } from '@oclif/core';
import type { DumpStep } from '../database/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { askPassword } from './ask-password.ts';

/** What a plugin is asked that can make an anonymised copy. */
export interface DumpStepRequest {
  /** Absolute. */
  readonly keyFile?: string | undefined;
  /** The administrator's in the copy; a random one is told. */
  readonly password?: string | undefined;
}

const HOOK = 'coog:dump-step';

/**
 * The step that some plugin brings for `db:dump --anonymize`; the core knows nothing of anonymising.
 * @throws ProblemError ANONYMIZE_PLUGIN_MISSING (exit code 2)
 */
export async function findDumpStep(config: Config, request: DumpStepRequest): Promise<DumpStep> {
  const { successes, failures } = await config.runHook(HOOK as 'init', request as never, 5_000, true);
  const [step] = successes.map(({ result }) => (result as unknown as { readonly step?: DumpStep } | undefined)?.step);
  if (step) return step;
  const [failure] = failures;
  throw new ProblemError({
    code: 'ANONYMIZE_PLUGIN_MISSING',
    title: failure
      ? `${failure.plugin.name}, which anonymises, cannot be used: ${failure.error.message}`
      : 'no plugin that anonymises is installed; nothing was dumped',
    next: 'coog plugins:install @coog/plugin-anonymize',
  });
}

/** As `findDumpStep`, by the flags of `db:dump`. @throws ProblemError PASSWORD_FILE_INVALID (exit code 2) */
export async function dumpStepOf(
  config: Config,
  flags: { readonly 'key-file': string | undefined; readonly 'password-file': string | undefined },
): Promise<DumpStep> {
  const { 'key-file': keyFile, 'password-file': file } = flags;
  return findDumpStep(config, {
    keyFile: keyFile === undefined ? undefined : resolve(keyFile),
    password: file === undefined ? undefined : await askPassword('Password of the administrator', file),
  });
}
