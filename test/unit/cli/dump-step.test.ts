import type { Config } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { findDumpStep } from '../../../src/cli/dump-step.ts';

type Ran = Awaited<ReturnType<Config['runHook']>>;
const plugin = { name: '@coog/plugin-anonymize' };
/** A CLI whose plugins answer the hook like this. */
const withPlugins = (ran: { successes?: object[]; failures?: object[] }): Config =>
  ({ runHook: async () => ({ successes: [], failures: [], ...ran }) as unknown as Ran }) as unknown as Config;

describe('the step of db:dump --anonymize', () => {
  test('is what the plugin brings', async () => {
    const step = { prepare: async () => undefined };
    expect(await findDumpStep(withPlugins({ successes: [{ plugin, result: { step } }] }), {})).toBe(step);
  });

  test.each([
    ['no plugin brings it', {}, 'no plugin that anonymises is installed; nothing was dumped'],
    ['a plugin answers the hook with nothing', { successes: [{ plugin, result: undefined }] }, 'no plugin that anonym'],
    [
      'the plugin does not load',
      { failures: [{ plugin, error: new Error('Cannot find module yaml') }] },
      '@coog/plugin-anonymize, which anonymises, cannot be used: Cannot find module yaml',
    ],
  ])('%s: refused with what to install', async (_, ran, title) => {
    await expect(findDumpStep(withPlugins(ran), {})).rejects.toMatchObject({
      problems: [
        {
          code: 'ANONYMIZE_PLUGIN_MISSING',
          title: expect.stringContaining(title),
          next: 'coog plugins:install @coog/plugin-anonymize',
        },
      ],
    });
  });
});
