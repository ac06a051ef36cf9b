/** What of oclif's manifest completion reads. */
export interface Command {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly strict: boolean;
  /** How the command is used, where its arguments are not declared. */
  readonly usage: string;
  readonly args: readonly Argument[];
  readonly flags: readonly Flag[];
}

export interface Argument {
  readonly name: string;
  readonly options?: readonly string[];
}

export interface Flag {
  readonly name: string;
  readonly char?: string;
  readonly summary: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  readonly multiple: boolean;
  readonly allowNo: boolean;
  readonly options?: readonly string[];
}

export const kinds = [
  'command',
  'service',
  'variable',
  'assignment',
  'set-variable',
  'database',
  'plugin',
  'known-plugin',
  'file',
  'folder',
  'nothing',
] as const;

/** What a value is the name of. `assignment` is a variable with a `=` behind it, `set-variable` one that somebody set. */
export type Kind = (typeof kinds)[number];

/** What can stand at the cursor. */
export interface Wanted {
  readonly kind: Kind | 'flag' | 'option';
  /** The command that the cursor is behind; undefined while it is being typed. */
  readonly command?: Command;
  /** What the word at the cursor has before the value: `--service=`. */
  readonly before: string;
  /** The part of the value that is there. */
  readonly typed: string;
  /** Words of the topic that stand before the cursor, for `command`. */
  readonly topic?: string;
  readonly options?: readonly string[];
  /** Flags that were given, by name. */
  readonly given?: readonly string[];
}

export interface Candidate {
  readonly text: string;
  readonly description?: string;
}
