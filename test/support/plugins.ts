import { fileURLToPath } from 'node:url';
import registerJaeger from '../../plugins/jaeger/src/hooks/extension.ts';
import type { Contributor, HookAnswers, RunHook } from '../../src/extension/index.ts';
import registerCore from '../../src/hooks/extension.ts';
import { type Files, folderWith } from './folder.ts';

export const repository = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** The core as oclif knows it. */
export const core: Contributor = { name: '@coog/cli', version: '0.1.0', root: repository };

export interface FakePlugin {
  readonly name: string;
  /** What its hook returns, or does. */
  readonly answer?: unknown;
  /** What its hook throws. */
  readonly failure?: unknown;
  readonly files?: Files;
  readonly version?: string;
  /** An existing folder instead of a temporary one. */
  readonly root?: string;
}

export const b2c: FakePlugin = {
  name: '@coog/plugin-b2c',
  root: `${repository}/plugins/b2c`,
  answer: { apiVersion: 1, fragments: 'compose', variables: 'variables.yml', defaults: 'defaults' },
};

/** As its package registers it. */
export const jaeger = async (): Promise<FakePlugin> => ({
  name: '@coog/plugin-jaeger',
  root: `${repository}/plugins/jaeger`,
  answer: await registerJaeger(),
});

/** A hook runner that answers for the core and these plugins, the core's answer where `coreAt` says. */
export async function fakeHook(plugins: readonly FakePlugin[], coreAt = 0): Promise<RunHook> {
  const answers: { plugin: Contributor; fake: FakePlugin }[] = [];
  for (const fake of plugins) {
    const root = fake.root ?? (await folderWith(fake.files));
    answers.push({ plugin: { name: fake.name, version: fake.version ?? '1.0.0', root }, fake });
  }
  answers.splice(coreAt, 0, { plugin: core, fake: { name: core.name, answer: await registerCore() } });
  const result: HookAnswers = {
    successes: answers.flatMap(({ plugin, fake }) => ('failure' in fake ? [] : [{ plugin, result: fake.answer }])),
    failures: answers.flatMap(({ plugin, fake }) => ('failure' in fake ? [{ plugin, error: fake.failure }] : [])),
  };
  return () => Promise.resolve(result);
}
