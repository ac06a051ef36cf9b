import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import registerB2c from '../../../plugins/b2c/src/hooks/extension.ts';
import registerJaeger from '../../../plugins/jaeger/src/hooks/extension.ts';
import { loadExtensions } from '../../../src/extension/index.ts';
import { validateExtension } from '../../../src/extension/validate.ts';
import register from '../../../src/hooks/extension.ts';
import { core, repository } from '../../support/plugins.ts';

describe.each([
  ['the core', register, core],
  ['b2c', registerB2c, { name: '@coog/plugin-b2c', version: '0.1.0', root: `${repository}/plugins/b2c` }],
  ['jaeger', registerJaeger, { name: '@coog/plugin-jaeger', version: '0.1.0', root: `${repository}/plugins/jaeger` }],
])('what %s registers', (_, hook, contributor) => {
  it('is valid, and every file of it is there and shipped in the package', async () => {
    const judged = validateExtension(await hook(), contributor, { version: core.version, satisfies: () => true });
    expect(judged.problems).toEqual([]);
    if (!judged.extension) throw new Error('no extension');
    const { extension } = judged;
    expect((await loadExtensions([{ contributor, extension }])).problems).toEqual([]);
    const { files } = JSON.parse(await readFile(`${contributor.root}/package.json`, 'utf8')) as { files: string[] };
    const paths = [extension.fragments, extension.patches, extension.variables, extension.defaults];
    for (const path of paths)
      if (path !== undefined) expect(files, path).toContain(files.includes(path) ? path : path.split('/')[0]);
  });
});
