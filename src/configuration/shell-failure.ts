/** What is wrong in a word of shell text. */
export interface WordFailure {
  readonly code: string;
  readonly title: string;
  readonly next: string;
  /** Offset of the character that is wrong. */
  readonly at: number;
}

const syntax = 'ENV_FILE_SYNTAX';

export const commandFailure = (at: number): WordFailure => ({
  code: 'ENV_FILE_COMMAND',
  title: 'a command substitution stands in the value; coog reads env.custom and never executes it',
  next: "write the result as plain text, or put the value in single quotes when it is meant literally: NAME='…'",
  at,
});

export const operatorFailure = (character: string, at: number): WordFailure => ({
  code: syntax,
  title: `"${character}" has a meaning for a shell and stands outside of quotes`,
  next: "put the whole value in single quotes: NAME='…'",
  at,
});

/** The text of the reference is not told: it may be part of a secret. */
export const referenceFailure = (at: number): WordFailure => ({
  code: syntax,
  title: 'a "${…}" stands here that is not a reference that coog knows',
  next: 'use ${NAME} or ${NAME:-default}, or single quotes for a literal "$"',
  at,
});

export const dollarFailure = (at: number): WordFailure => ({
  code: syntax,
  title: 'the "$" and the character behind it have a meaning for a shell only',
  next: 'put the whole value in single quotes for a literal "$"',
  at,
});

export const openBraceFailure = (at: number): WordFailure => ({
  code: syntax,
  title: 'a "${" has no "}"',
  next: 'use ${NAME} or ${NAME:-default}, or single quotes for a literal "$"',
  at,
});

export const openQuoteFailure = (quote: string, at: number): WordFailure => ({
  code: syntax,
  title: `the quote ${quote} is opened here and never closed`,
  next: `close it, or write it as \\${quote}`,
  at,
});

export const homeOfUserFailure = (at: number): WordFailure => ({
  code: syntax,
  title: 'a shell puts the home of a user in the place of "~" and a name',
  next: 'write the whole path, or put the value in single quotes',
  at,
});

export const trailingTextFailure = (at: number): WordFailure => ({
  code: syntax,
  title: 'text follows the value after a space',
  next: "put the whole value in quotes: NAME='a value with spaces'",
  at,
});
