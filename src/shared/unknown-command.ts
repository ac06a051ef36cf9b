import { closest } from './closest.ts';

/** What a person typed that is no command, and what there is. */
export interface UnknownCommand {
  /** Words joined by colons; the last one may be a flag, where a command was to stand. */
  readonly id: string;
  readonly argv: readonly string[];
  /** Commands and their aliases. */
  readonly ids: readonly string[];
  readonly bin: string;
}

/** What is said of it, with the name that was probably meant. */
export function describeUnknown({ id, argv, ids, bin }: UnknownCommand): string {
  const [flag = ''] = /(?<=^|:)-.*$/.exec(id) ?? [];
  const topic = id.split(':').slice(0, -1).join(':');
  const lists = `${bin} ${topic && ids.some((one) => one.startsWith(`${topic}:`)) ? `${topic} ` : ''}--help lists the commands`;
  if (flag !== '') {
    const meant = topic === '' ? closest(flag, ['--help', '--version']) : undefined;
    return told(`a command must stand before ${flag}`, meant ? `did you mean: ${bin} ${meant}` : lists);
  }
  const [word] = argv;
  // `plugin install x` is nearer to plugins:install than to plugins.
  const joined = word === undefined || word.startsWith('-') ? undefined : closest(`${id}:${word}`, ids);
  const guess = joined ?? closest(id, ids);
  return told(`there is no command "${id}"`, guess ? `did you mean: ${bin} ${guess}` : lists);
}

const told = (title: string, next: string): string => `✗ ${title}\n  → ${next}\n  (COMMAND_UNKNOWN)\n`;
