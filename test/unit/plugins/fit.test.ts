import { describe, expect, test } from 'vitest';
import { fitsCli, fittingVersions } from '../../../src/plugins/fit.ts';
import { misfit } from '../../../src/plugins/misfit.ts';

const version = (text: string, cli?: string) => ({
  name: '@acme/mail',
  version: text,
  ...(cli === undefined ? {} : { peerDependencies: { '@coog/cli': cli } }),
});

describe('whether a plugin works with a coog', () => {
  test.each([
    [undefined, '0.1.0', true],
    ['>=0.1.0', '0.1.0', true],
    ['>=0.1.0 <1', '1.0.0', false],
    ['^0.2', '0.1.9', false],
    ['*', '0.1.0', true],
    ['>=0.1.0', '0.2.0-beta.1', true],
    ['the newest', '0.1.0', false],
  ])('peer %s, coog %s: %s', async (range, cli, fits) => {
    expect(await fitsCli(version('1.0.0', range), cli)).toBe(fits);
  });

  test('the versions that do are told, newest first', async () => {
    const all = [version('0.9.0', '>=0.1'), version('0.10.0', '>=0.1'), version('2.0.0', '>=9'), version('0.2.0')];
    expect(await fittingVersions(all, '0.1.0')).toEqual(['0.10.0', '0.9.0', '0.2.0']);
  });

  test('one that does not is refused with those that would and the command', () => {
    const found = version('2.0.0', '>=9');
    expect(misfit(found, '0.1.0', ['1.1.0', '1.0.0'])).toMatchObject({
      code: 'PLUGIN_VERSION',
      title: '@acme/mail 2.0.0 works with @coog/cli >=9, this is 0.1.0',
      detail: 'These versions would: 1.1.0, 1.0.0',
      next: 'coog plugins:install @acme/mail@1.1.0',
    });
    expect(misfit(found, '0.1.0', []).detail).toContain('No version');
    expect(misfit(found, '0.1.0').detail).toBeUndefined();
  });
});
