import { describe, expect, it } from 'vitest';
import { installedCoog } from '../../support/coog.ts';
import { folderWith } from '../../support/folder.ts';

describe('a command that does not exist', () => {
  it.each([
    [['configrue'], 'did you mean: coog configure'],
    [['config', 'lst'], 'did you mean: coog config:list'],
    [['config:lsit'], 'did you mean: coog config:list'],
    [['db', 'dmup', '--help'], 'did you mean: coog db:dump'],
    [['db', 'snapshot', 'creat', 'x'], 'did you mean: coog db:snapshot:create'],
    [['plugins', 'instal', 'x'], 'did you mean: coog plugins:install'],
    [['help', 'db', 'dmup'], 'did you mean: coog db:dump'],
    [['db', '--flag'], 'coog db --help lists the commands'],
    [['xyzzy-plugh'], 'coog --help lists the commands'],
  ])('%j exits 2 and says on standard error: %s', { timeout: 60_000 }, async (args, said) => {
    const { exitCode, stdout, stderr } = await (await installedCoog()).run(await folderWith({}), args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).toContain('(COMMAND_UNKNOWN)');
  });
});
