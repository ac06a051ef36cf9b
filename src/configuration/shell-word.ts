import { closingBrace, parseReference, TemplateError } from './template.ts';
import type { Segment } from './types.ts';

export interface WordFailure {
  readonly code: string;
  readonly title: string;
  readonly next: string;
  /** Offset of the character that is wrong. */
  readonly at: number;
  /** Where reading can go on (an open quote swallows lines). */
  readonly resumeAt?: number;
}

class Stop extends Error {
  readonly failure: WordFailure;
  constructor(failure: WordFailure) {
    super(failure.title);
    this.failure = failure;
  }
}

const command = (at: number): Stop =>
  new Stop({
    code: 'ENV_FILE_COMMAND',
    title: 'a command substitution stands in the value; coog reads env.custom and never executes it',
    next: "write the result as plain text, or put the value in single quotes when it is meant literally: NAME='…'",
    at,
  });

/**
 * Reads one word of shell text, the value of an assignment: unquoted, '…', "…" and any row of them
 * (POSIX shell, 2.2 Quoting). After `read()` answered undefined, `segments` and `end` hold the word.
 */
export class ShellWordReader {
  readonly segments: Segment[] = [];
  end: number;
  private literal = '';
  private readonly text: string;

  constructor(text: string, start: number) {
    this.text = text;
    this.end = start;
  }

  /** Answers what is wrong, or undefined. */
  read(): WordFailure | undefined {
    try {
      this.readTilde();
      this.readUnquoted();
      this.flush();
      this.readTail();
      return undefined;
    } catch (error) {
      if (error instanceof Stop) return error.failure;
      if (error instanceof TemplateError)
        return {
          code: 'ENV_FILE_SYNTAX',
          title: error.message,
          next: 'use ${NAME} or ${NAME:-default}, or single quotes for a literal "$"',
          at: error.offset,
        };
      throw error;
    }
  }

  private flush(): void {
    if (this.literal) this.segments.push({ text: this.literal });
    this.literal = '';
  }

  private readTilde(): void {
    if (this.text[this.end] !== '~' || !/[/\s]/.test(this.text[this.end + 1] ?? '\n')) return;
    this.segments.push({ name: 'HOME' });
    this.end++;
  }

  private readUnquoted(): void {
    for (; this.end < this.text.length; this.end++) {
      const c = this.text[this.end] as string;
      if (/\s/.test(c)) return;
      if (c === "'") this.readSingle();
      else if (c === '"') this.readDouble();
      else if (c === '`') throw command(this.end);
      else if (c === '$') this.readDollar();
      else if (c === '\\') this.readEscape();
      else if (';&|<>()'.includes(c))
        throw new Stop({
          code: 'ENV_FILE_SYNTAX',
          title: `"${c}" has a meaning for a shell and stands outside of quotes`,
          next: "put the whole value in single quotes: NAME='…'",
          at: this.end,
        });
      else this.literal += c;
    }
  }

  private readEscape(): void {
    this.end++;
    const c = this.text[this.end];
    if (c !== undefined && c !== '\n') this.literal += c;
  }

  private readSingle(): void {
    const close = this.text.indexOf("'", this.end + 1);
    if (close < 0) throw this.openQuote("'");
    this.literal += this.text.slice(this.end + 1, close).replaceAll('\r\n', '\n');
    this.end = close;
  }

  private readDouble(): void {
    const open = this.end;
    for (this.end++; ; this.end++) {
      const c = this.text[this.end];
      if (c === undefined) {
        this.end = open;
        throw this.openQuote('"');
      }
      if (c === '"') return;
      if (c === '`') throw command(this.end);
      if (c === '$') this.readDollar();
      else if (c === '\\' && /[$`"\\\n]/.test(this.text[this.end + 1] ?? '')) this.readEscape();
      else if (c !== '\r' || this.text[this.end + 1] !== '\n') this.literal += c;
    }
  }

  /** An open quote would swallow the rest of the file: only its own line is given up. */
  private openQuote(quote: string): Stop {
    return new Stop({
      code: 'ENV_FILE_SYNTAX',
      title: `the quote ${quote} is opened here and never closed`,
      next: `close it, or write it as \\${quote}`,
      at: this.end,
    });
  }

  private readDollar(): void {
    const next = this.text[this.end + 1] ?? '';
    if (next === '(') throw command(this.end);
    if (next === '{') {
      const close = closingBrace(this.text, this.end + 2);
      if (close < 0) throw new TemplateError('a "${" has no "}"', this.end);
      const body = this.text.slice(this.end + 2, close);
      if (/`|\$\(/.test(body)) throw command(this.end);
      this.flush();
      this.segments.push(withoutTransform(parseReference(body, this.end + 2, readOperand), this.end));
      this.end = close;
      return;
    }
    const bare = /^[A-Za-z_][A-Za-z0-9_]*/.exec(this.text.slice(this.end + 1, this.end + 200))?.[0];
    if (bare) {
      this.flush();
      this.segments.push({ name: bare });
      this.end += bare.length;
      return;
    }
    if (/[0-9@*#?!$\-'"]/.test(next) && !(next === '"' || next === "'"))
      throw new TemplateError(`"$${next}" has a meaning for a shell only`, this.end);
    this.literal += '$';
  }

  private readTail(): void {
    const tail = /^[ \t]*(#.*)?\r?(?:\n|$)/.exec(this.text.slice(this.end));
    if (tail) return;
    throw new Stop({
      code: 'ENV_FILE_SYNTAX',
      title: 'text follows the value after a space',
      next: "put the whole value in quotes: NAME='a value with spaces'",
      at: this.end,
    });
  }
}

function withoutTransform<T extends { transform?: unknown }>(reference: T, at: number): T {
  if (reference.transform !== undefined) throw new TemplateError('"@" has no meaning in a reference here', at);
  return reference;
}

/** The operand of `${NAME:-operand}` is a word of its own: quotes in it are removed, references in it are followed. */
function readOperand(operand: string, offset: number): Segment[] {
  const reader = new ShellWordReader(
    operand.replace(/\s/g, (c) => `\\${c}`),
    0,
  );
  const failure = reader.read();
  if (failure) throw new TemplateError(failure.title, offset);
  return reader.segments;
}
