import { kindOfArgument, kindOfFlag } from './kinds.ts';
import type { Command, Flag, Wanted } from './types.ts';

/**
 * Finds out what can stand at the cursor.
 * @param words behind the program's name, up to the cursor; the last one is being typed, and may be empty
 */
export function wantedAt(words: readonly string[], commands: readonly Command[]): Wanted {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before[0] === 'help') return { kind: 'command', before: '', typed, topic: topicOf(before.slice(1)) };
  const leading = leadingWords(before);
  const [command, count] = findCommand(leading, commands);
  if (!command) {
    const isTopic = leading.length === before.length;
    return isTopic && !typed.startsWith('-')
      ? { kind: 'command', before: '', typed, topic: topicOf(leading) }
      : { kind: 'nothing', before: '', typed };
  }
  const behind = read(before.slice(count), command.flags);
  // `plugins` is a command, and the topic of others.
  const opens = count === before.length && command.args.length === 0 && command.strict;
  if (opens && !typed.startsWith('-') && commands.some(({ id }) => id.startsWith(`${command.id}:`)))
    return { kind: 'command', before: '', typed, topic: topicOf(leading) };
  return { command, ...valueAt(typed, command, behind) };
}

function valueAt(typed: string, command: Command, behind: Behind): Wanted {
  const { open, positions, passedOn, given } = behind;
  const value = (flag: Flag, from: number): Wanted => {
    const rest = { before: typed.slice(0, from), typed: typed.slice(from) };
    return flag.options ? { kind: 'option', options: flag.options, ...rest } : { kind: kindOfFlag(flag.name), ...rest };
  };
  if (open) return value(open, 0);
  const long = passedOn ? undefined : /^--([^=]+)=/.exec(typed);
  const named = command.flags.find(({ name, takesValue }) => takesValue && name === long?.[1]);
  if (long && named) return value(named, long[0].length);
  if (typed.startsWith('-') && !passedOn) return { kind: 'flag', before: '', typed, given };
  if (passedOn) return { kind: 'nothing', before: '', typed };
  const argument = command.args[Math.min(positions, command.args.length - 1)];
  const beyond = command.strict && positions >= command.args.length;
  if (argument?.options && !beyond) return { kind: 'option', options: argument.options, before: '', typed };
  return { kind: beyond ? 'nothing' : kindOfArgument(command, argument?.name, positions), before: '', typed };
}

interface Behind {
  /** The flag whose value stands at the cursor. */
  readonly open: Flag | undefined;
  /** Arguments that were given. */
  readonly positions: number;
  /** Whether `--` was given: what follows is another program's. */
  readonly passedOn: boolean;
  readonly given: readonly string[];
}

function read(words: readonly string[], flags: readonly Flag[]): Behind {
  let open: Flag | undefined;
  let positions = 0;
  const given: string[] = [];
  for (const word of words) {
    if (open) open = undefined;
    else if (word === '--') return { open, positions, passedOn: true, given };
    else if (word.startsWith('-') && word !== '-') {
      const flag = flags.find(({ name, char }) => word === `-${char}` || word.replace(/=.*$/, '') === `--${name}`);
      if (flag) given.push(flag.name);
      if (flag?.takesValue && !word.includes('=')) open = flag;
    } else positions += 1;
  }
  return { open, positions, passedOn: false, given };
}

/** The command that the first words name, with blanks or colons between them, and how many these are. */
function findCommand(words: readonly string[], commands: readonly Command[]): [Command | undefined, number] {
  for (let count = words.length; count > 0; count--) {
    const id = words.slice(0, count).join(':');
    const found = commands.find((command) => command.id === id || command.aliases.includes(id));
    if (found) return [found, count];
  }
  return [undefined, 0];
}

function leadingWords(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => word.startsWith('-'));
  return end < 0 ? words : words.slice(0, end);
}

const topicOf = (words: readonly string[]): string => words.map((word) => `${word}:`).join('');
