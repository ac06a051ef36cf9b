import { expect, test } from 'vitest';
import { faultIn } from '../../../src/cli/plugin-faults.ts';

const detail = (...lines: string[]) => ({ message: 'x', detail: lines.join('\n') });

test('a command that oclif could not load is told with its plugin', () => {
  const said = detail('module: @oclif/core@5.1.9', 'task: findCommand (bad:one)', 'plugin: @team/bad', 'message: boom');
  expect(faultIn(said)).toMatchObject({
    code: 'PLUGIN_COMMAND_FAILED',
    severity: 'warning',
    title: 'the command bad:one of @team/bad cannot be loaded: boom',
  });
});

test('a plugin that oclif could not load is told', () => {
  expect(faultIn(detail('plugin: coog', 'root: /x', 'message: ENOENT: no such file'))).toMatchObject({
    code: 'PLUGIN_NOT_LOADED',
    severity: 'warning',
    title: 'a plugin could not be loaded: ENOENT: no such file',
  });
});

test('a warning of somebody else is not taken for one', () => {
  expect(faultIn({ message: 'the punycode module is deprecated' })).toBeUndefined();
  expect(faultIn(detail('nothing of it'))).toBeUndefined();
});
