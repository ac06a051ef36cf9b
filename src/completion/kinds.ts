import type { Command, Kind } from './types.ts';

const FLAGS: Readonly<Record<string, Kind>> = {
  service: 'service',
  database: 'database',
  'without-plugin': 'plugin',
  project: 'folder',
  from: 'folder',
  data: 'folder',
  identity: 'file',
};

/** What a flag's value is, by the flag's name. */
export const kindOfFlag = (name: string): Kind =>
  FLAGS[name] ?? (name.endsWith('file') ? 'file' : name.endsWith('folder') ? 'folder' : 'nothing');

/** By the name of an argument, or the word for it in how a command is used. */
const ARGUMENTS: Readonly<Record<string, Kind>> = {
  service: 'service',
  services: 'service',
  variable: 'variable',
  database: 'database',
  plugin: 'plugin',
  command: 'command',
  file: 'file',
  certificate: 'file',
  key: 'file',
  path: 'folder',
  folder: 'folder',
};

/**
 * What an argument is. A command that declares none says so in its usage: `logs [SERVICE…]`. Behind the service of `exec`
 * stands a command of the container, which nobody knows here.
 */
export function kindOfArgument(command: Command, name: string | undefined, position: number): Kind {
  if (command.id === 'config:set') return 'assignment';
  if (command.id === 'config:unset') return 'set-variable';
  if (command.id.startsWith('config:') && name === 'name') return 'variable';
  if (command.id === 'plugins:install') return 'known-plugin';
  if (command.id === 'exec' && position > 0) return 'file';
  if (name !== undefined) return ARGUMENTS[name] ?? 'nothing';
  const [, word = ''] = /^\S+ (?:\[-[^\]]*\] )*\[?([A-Z]+)\b/.exec(command.usage) ?? [];
  return ARGUMENTS[word.toLowerCase()] ?? 'nothing';
}
