import {
  commandFailure,
  dollarFailure,
  homeOfUserFailure,
  openBraceFailure,
  openQuoteFailure,
  operatorFailure,
  referenceFailure,
  trailingTextFailure,
  type WordFailure,
} from './shell-failure.ts';
import type { Reference, Segment } from './types.ts';

/** Thrown where the text ends inside of a quote or a brace: nothing can be read behind it. */
class Unclosed extends Error {}

/** Segments of a word, with neighbouring text in one. */
class Parts {
  readonly segments: Segment[] = [];
  private text = '';

  add(text: string): void {
    this.text += text;
  }

  refer(reference: Reference): void {
    this.flush();
    this.segments.push(reference);
  }

  done(): Segment[] {
    this.flush();
    return this.segments;
  }

  private flush(): void {
    if (this.text) this.segments.push({ text: this.text });
    this.text = '';
  }
}

const referenceStart = /([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+])|(?=\}))/y;
const bareName = /[A-Za-z_][A-Za-z0-9_]*/y;
const tilde = /(?:\\\r?\n)*~(?:\\\r?\n|[^/:\s])*/y;
const tildeInBraces = /(?:\\\r?\n)*~(?:\\\r?\n|[^/:\s}])*/y;
/** A continued line where a "$" and what belongs to it are torn apart. */
const tornDollar = /\$(?:\\\r?\n|[A-Za-z_][A-Za-z0-9_]*(?:\\\r?\n)+[A-Za-z0-9_])/y;
const tail = /[ \t]*(?:(?<=[ \t])#[^\n]*)?\r?(?:\n|$)/y;

/**
 * Reads one word of shell text, the value of an assignment: unquoted, '…', "…", references and any row of them
 * (POSIX shell, 2.2 Quoting and 2.6 Word Expansions). CRLF reads as LF. What a shell would execute is a failure; reading
 * goes on behind it, so that `end` is where the word ends.
 */
export class ShellWordReader {
  segments: Segment[] = [];
  end: number;
  readonly failures: WordFailure[] = [];
  /** The first quote that holds a line end. */
  spanning: { quote: string; at: number } | undefined;
  private readonly text: string;

  constructor(text: string, start: number) {
    this.text = text;
    this.end = start;
  }

  read(): this {
    const parts = new Parts();
    try {
      this.readWord(parts);
    } catch (error) {
      if (!(error instanceof Unclosed)) throw error;
    }
    this.segments = parts.done();
    tail.lastIndex = this.end;
    if (this.failures.length === 0 && !tail.test(this.text)) this.failures.push(trailingTextFailure(this.end));
    return this;
  }

  private readWord(parts: Parts): void {
    this.readTilde(parts, false);
    for (; this.end < this.text.length; this.end++) {
      const c = this.text[this.end] as string;
      if (c === ' ' || c === '\t' || this.atLineEnd()) return;
      if (';&|<>()'.includes(c)) this.failures.push(operatorFailure(c, this.end));
      this.readPlain(parts, c);
      if (c === ':') this.readTildeAfterColon(parts, false);
    }
  }

  /** One unquoted character and what begins with it. `end` is left at the last character read. */
  private readPlain(parts: Parts, c: string): void {
    if (c === "'") this.readSingle(parts);
    else if (c === '"') this.readDouble(parts);
    else if (c === '$') this.readDollar(parts, false);
    else if (c === '`') this.failures.push(commandFailure(this.end));
    else if (c === '\\') this.readEscape(parts);
    else parts.add(c);
  }

  private atLineEnd(): boolean {
    const c = this.text[this.end];
    return c === '\n' || (c === '\r' && (this.end + 1 === this.text.length || this.text[this.end + 1] === '\n'));
  }

  private readTilde(parts: Parts, inBraces: boolean): void {
    const pattern = inBraces ? tildeInBraces : tilde;
    pattern.lastIndex = this.end;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return;
    // A continued line would join its text to the name.
    if (/^~([a-z_][a-z0-9_.-]*|[+-])$|\n/i.test(found)) this.failures.push(homeOfUserFailure(this.end));
    if (found !== '~') return;
    // Where HOME is not set, the "~" stays.
    parts.refer({ name: 'HOME', operator: '-', operand: [{ text: '~' }] });
    this.end++;
  }

  private readTildeAfterColon(parts: Parts, inBraces: boolean): void {
    this.end++;
    this.readTilde(parts, inBraces);
    this.end--;
  }

  private readEscape(parts: Parts): void {
    this.end++;
    if (this.text.startsWith('\r\n', this.end)) this.end++;
    const c = this.text[this.end];
    // At the very end of a file a backslash stands for itself.
    if (c !== '\n') parts.add(c ?? '\\');
  }

  private readSingle(parts: Parts): void {
    const open = this.end;
    const close = this.text.indexOf("'", open + 1);
    if (close < 0) throw this.unclosed(openQuoteFailure("'", open), open);
    const inside = this.text.slice(open + 1, close);
    if (inside.includes('\n')) this.spanning ??= { quote: "'", at: open };
    parts.add(inside.replaceAll('\r\n', '\n'));
    this.end = close;
  }

  private readDouble(parts: Parts): void {
    const open = this.end;
    for (this.end++; this.end < this.text.length; this.end++) {
      const c = this.text[this.end] as string;
      if (c === '"') {
        if (this.text.slice(open, this.end).includes('\n')) this.spanning ??= { quote: '"', at: open };
        return;
      }
      this.readQuoted(parts, c, /[$`"\\]/);
    }
    throw this.unclosed(openQuoteFailure('"', open), open);
  }

  /** One character between double quotes. A backslash is one before `escapable` and line ends, else it is text. */
  private readQuoted(parts: Parts, c: string, escapable: RegExp): void {
    const next = this.text[this.end + 1] ?? '';
    if (c === '`') this.failures.push(commandFailure(this.end));
    else if (c === '$') this.readDollar(parts, true);
    else if (c === '\\' && (escapable.test(next) || /^\r?\n/.test(this.text.slice(this.end + 1, this.end + 3))))
      this.readEscape(parts);
    else if (c !== '\r' || next !== '\n') parts.add(c);
  }

  private readDollar(parts: Parts, quoted: boolean): void {
    const at = this.end;
    const next = this.text[at + 1] ?? '';
    tornDollar.lastIndex = at;
    if (tornDollar.test(this.text)) this.failures.push(dollarFailure(at));
    bareName.lastIndex = at + 1;
    const name = bareName.exec(this.text)?.[0];
    if (next === '{') this.readReference(parts, quoted);
    else if (name) {
      if (name === '_') this.failures.push(dollarFailure(at));
      parts.refer({ name });
      this.end += name.length;
    } else if (next === '(') this.failures.push(commandFailure(at));
    // `$[1+1]`, `$'…'` and `$"…"` mean one thing in sh and another in bash.
    else if (/[0-9@*#?!$[-]/.test(next) || (!quoted && /['"]/.test(next))) this.failures.push(dollarFailure(at));
    else parts.add('$');
  }

  private readReference(parts: Parts, quoted: boolean): void {
    const open = this.end;
    referenceStart.lastIndex = open + 2;
    const match = referenceStart.exec(this.text);
    this.end = match ? referenceStart.lastIndex : open + 2;
    if (!match || match[1] === '_') this.failures.push(referenceFailure(open));
    const operand = new Parts();
    this.readOperand(operand, open, quoted);
    const [, name = '', operator] = match ?? [];
    const chosen = operator as Reference['operator'];
    parts.refer({ name, ...(chosen ? { operator: chosen, operand: operand.done() } : {}) });
  }

  /** The operand of `${NAME:-operand}` up to its brace; in double quotes a single quote in it is text. */
  private readOperand(parts: Parts, open: number, quoted: boolean): void {
    if (!quoted) this.readTilde(parts, true);
    for (; this.end < this.text.length; this.end++) {
      const c = this.text[this.end] as string;
      if (c === '}') return;
      if (c === '\r' && this.text[this.end + 1] === '\n') continue;
      // bash would run what stands behind `<(`.
      if (!quoted && /^[<>](?:\\\r?\n)*\(/.test(this.text.slice(this.end, this.end + 9)))
        this.failures.push(commandFailure(this.end));
      if (c === '"') this.readDouble(parts);
      else if (quoted) this.readQuoted(parts, c, /[$`"\\}]/);
      else this.readPlain(parts, c);
      if (!quoted && c === ':') this.readTildeAfterColon(parts, true);
    }
    throw this.unclosed(openBraceFailure(open), open);
  }

  private unclosed(failure: WordFailure, open: number): Unclosed {
    // What stands behind it is read again, as lines of their own.
    this.failures.splice(0, Infinity, ...this.failures.filter((f) => f.at < open), failure);
    this.end = open;
    return new Unclosed();
  }
}
