import type { Command, Interfaces } from '@oclif/core';

/** What of oclif's configuration tells what a word means. */
export type Names = Pick<Interfaces.Config, 'findCommand' | 'findTopic'>;

const HELP = ['help', '--help', '-h'];

/**
 * Says in oclif's words what a person typed: `config list` is `config:list`, and what is no command, at any depth, becomes
 * an id that oclif does not find, never a topic whose help would be shown as if all were well.
 */
export function resolveWords(argv: readonly string[], config: Names): string[] {
  const [first = '', ...rest] = argv;
  if (HELP.includes(first) && rest.length > 0) return helpFor(rest, config);
  const words = leadingWords(argv);
  if (words.length === 0) return [...argv];
  const behind = (count: number): string[] => argv.slice(count);
  const own = config.findCommand(first);
  const command = longest(words, (id) => config.findCommand(id));
  // `logs coog`: its second word is an argument, unless together they are a command, as `logs purge` may be.
  if (command === 1 && own && takesArguments(own)) return [...argv];
  const topic = longest(words, (id) => config.findTopic(id));
  const next = words[Math.max(command, topic)];
  if (topic > 0 && topic >= command && next !== undefined) {
    const found = config.findCommand(idOf(words, command));
    if (!found || !takesArguments(found)) return unknown(idOf(words, topic + 1), behind(topic + 1));
  }
  if (command > 0) return [idOf(words, command), ...behind(command)];
  const flags = behind(topic);
  if (topic > 0)
    return flags.every((flag) => HELP.includes(flag)) ? [idOf(words, topic), ...flags] : unknownFlag(words, flags);
  return unknown(first, rest);
}

/** Help about what is not there is answered like what is not there. */
const unknown = (id: string, behind: readonly string[]): string[] => [
  id,
  ...behind.filter((word) => !HELP.includes(word)),
];

/** `help db dump` and `--help db dump`; the first thing that is nothing ends it. */
function helpFor(argv: readonly string[], config: Names): string[] {
  const words = leadingWords(argv);
  const known = longest(words, (id) => config.findCommand(id) ?? config.findTopic(id));
  if (words.length === 0) return ['help', ...argv];
  if (known === words.length) return ['help', idOf(words, known), ...argv.slice(known)];
  const command = config.findCommand(idOf(words, known));
  if (command && takesArguments(command)) return ['help', idOf(words, known)];
  return [idOf(words, known + 1)];
}

/** A topic has no flags of its own. */
const unknownFlag = (words: readonly string[], flags: readonly string[]): string[] => [
  `${words.join(':')}:${flags[0]}`,
  ...flags.slice(1),
];

const takesArguments = (command: Command.Loadable): boolean =>
  command.strict === false || Object.keys(command.args).length > 0;

/** How many of the words, joined, are a name that is known; 0 for none. */
function longest(words: readonly string[], find: (id: string) => unknown): number {
  for (let count = words.length; count > 0; count--) if (find(idOf(words, count))) return count;
  return 0;
}

const idOf = (words: readonly string[], count: number): string => words.slice(0, count).join(':');

function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return end < 0 ? [...argv] : argv.slice(0, end);
}
