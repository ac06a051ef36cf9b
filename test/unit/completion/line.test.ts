import { describe, expect, test } from 'vitest';
import { wantedAt } from '../../../src/completion/line.ts';
import type { Command, Flag } from '../../../src/completion/types.ts';

const flag = (name: string, more: Partial<Flag> = {}): Flag => ({
  name,
  summary: '',
  takesValue: false,
  multiple: false,
  allowNo: false,
  ...more,
});
const project = [
  flag('project', { char: 'C', takesValue: true }),
  flag('without-plugin', { takesValue: true, multiple: true }),
];
const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  aliases: [],
  summary: '',
  strict: true,
  usage: '',
  args: [],
  ...more,
  flags: [...project, ...(more.flags ?? [])],
});
const commands = [
  command('up', {
    strict: false,
    usage: 'up [SERVICE…] [-d] [-- COMPOSE-ARGUMENTS]',
    flags: [flag('detach', { char: 'd' })],
  }),
  command('down', { usage: 'down [-- COMPOSE-ARGUMENTS]' }),
  command('exec', { strict: false, usage: 'exec [-T] [--user USER] SERVICE COMMAND [ARGUMENT…]' }),
  command('config:get', { args: [{ name: 'name' }] }),
  command('config:set', { strict: false, usage: 'config:set NAME VALUE' }),
  command('config:unset', { strict: false, usage: 'config:unset NAME…' }),
  command('db:dump', {
    args: [{ name: 'file' }],
    flags: [
      flag('database', { char: 'd', takesValue: true }),
      flag('format', { takesValue: true, options: ['a', 'b'] }),
    ],
  }),
  command('db:snapshot:create', { args: [{ name: 'name' }] }),
  command('db:update', { strict: false, usage: 'db:update [MODULE…] [--database NAME]' }),
  command('plugins'),
  command('plugins:install', { strict: false, args: [{ name: 'plugin' }], aliases: ['plugins:add'] }),
  command('plugins:uninstall', { strict: false, args: [{ name: 'plugin' }] }),
  command('completion', { args: [{ name: 'shell', options: ['bash', 'zsh'] }] }),
];
const at = (line: string) => wantedAt(line.split(' '), commands);

describe('what can stand at the cursor', () => {
  test.each([
    ['', 'command'],
    ['d', 'command'],
    ['db:', 'command'],
    ['db ', 'command'],
    ['db snapshot cr', 'command'],
    ['help db ', 'command'],
    ['plugins ', 'command'],
    ['xyzzy ', 'command'],
    ['xyzzy -', 'nothing'],
    ['-C /srv ', 'nothing'],
    ['up ', 'service'],
    ['up coog ', 'service'],
    ['up -d co', 'service'],
    ['up -', 'flag'],
    ['up -- --f', 'nothing'],
    ['up -C ', 'folder'],
    ['up --project=/s', 'folder'],
    ['up --without-plugin ', 'plugin'],
    ['up --detach=', 'flag'],
    ['down ', 'nothing'],
    ['exec ', 'service'],
    ['exec coog ls', 'file'],
    ['config:get ', 'variable'],
    ['config get ', 'variable'],
    ['config:get X ', 'nothing'],
    ['config:set A=1 B', 'assignment'],
    ['config:unset ', 'set-variable'],
    ['db:dump ', 'file'],
    ['db:dump file ', 'nothing'],
    ['db:dump -d ', 'database'],
    ['db:dump -d x ', 'file'],
    ['db:dump --database=x ', 'file'],
    ['db:dump --database=', 'database'],
    ['db:dump --format ', 'option'],
    ['db:dump - ', 'nothing'],
    ['db:snapshot:create ', 'nothing'],
    ['db:update ', 'nothing'],
    ['plugins -', 'flag'],
    ['plugins:install ', 'known-plugin'],
    ['plugins:add ', 'known-plugin'],
    ['plugins:uninstall a ', 'plugin'],
    ['completion ', 'option'],
    ['completion bash ', 'nothing'],
  ])('coog %s| → %s', (line, kind) => {
    expect(at(line).kind).toBe(kind);
  });

  test('the word of a flag is parted from its value', () => {
    expect(at('db:dump --database=co')).toMatchObject({ before: '--database=', typed: 'co' });
    expect(at('db:dump --format=')).toMatchObject({ before: '--format=', typed: '', options: ['a', 'b'] });
  });

  test('the topic is known, with blanks or colons', () => {
    expect(at('db snapshot ').topic).toBe('db:snapshot:');
    expect(at('help db ').topic).toBe('db:');
    expect(at('db:sn')).toMatchObject({ topic: '', typed: 'db:sn' });
    expect(at('plugins ').topic).toBe('plugins:');
  });

  test('flags that were given are known', () => {
    expect(at('up -d --without-plugin x -')).toMatchObject({ given: ['detach', 'without-plugin'] });
  });

  test('nothing typed at all', () => {
    expect(wantedAt([], commands)).toMatchObject({ kind: 'command', topic: '' });
  });
});
