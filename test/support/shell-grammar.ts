import type { Random } from './random.ts';

export const names = ['ALPHA', 'BETA', 'GAMMA', 'DELTA', 'EPSILON', '_X1'] as const;

const letters = [...'abzAZ019._-/:@%+=,!^*?[]{#é漢ñ😀\u00a0\u2028'];
const anything = [...letters, ...' \t\n$`"\\;&|<>()~}', '$(', '${', '# ', '\\n'];

/** Writes files of assignments that every POSIX shell reads, with all that its grammar of words allows. */
export class ShellGrammar {
  private readonly random: Random;
  /** What bash, other than the standard, does not take for text inside of `${…}`. */
  private readonly notInBraces: string;

  constructor(random: Random, shell: string) {
    this.random = random;
    this.notInBraces = shell === 'bash' ? "<>'" : '';
  }

  file(): string {
    const lines = Array.from({ length: 1 + this.random.below(8) }, () => this.line());
    return lines.join('\n') + (this.random.chance(70) ? '\n' : '');
  }

  private line(): string {
    const kind = this.random.below(12);
    if (kind === 0) return this.blank();
    if (kind === 1) return `${this.blank()}#${this.comment()}`;
    if (kind === 2)
      return `export ${this.random.pick(names)}${this.random.chance(50) ? ` ${this.random.pick(names)}` : ''}`;
    const exported = this.random.chance(25) ? `export${this.random.pick([' ', '\t', '  '])}` : '';
    return `${this.blank()}${exported}${this.random.pick(names)}=${this.value()}${this.tail()}`;
  }

  private value(): string {
    const home = this.random.chance(8) ? this.random.pick(['~', '~/', '~:', 'a:~/', '~/b:~']) : '';
    if (home.endsWith('~')) return home;
    return home + this.random.some(5, () => this.piece(2));
  }

  private tail(): string {
    return this.random.pick(['', '', '', ' ', '\t ', ' # ', '\t#']).replace('#', () => `#${this.comment()}`);
  }

  private blank(): string {
    return this.random.pick(['', '', '', ' ', '\t', '  ']);
  }

  private comment(): string {
    return this.random.some(8, () => this.random.pick([...anything, "'"].filter((c) => c !== '\n')));
  }

  private piece(depth: number): string {
    switch (this.random.below(7)) {
      case 0:
        return `'${this.random.some(6, () => this.random.pick(anything))}'`;
      case 1:
      case 2:
        return `"${this.random.some(6, () => this.quoted(depth))}"`;
      case 3:
        return `\\${this.random.pick([...anything, "'"].filter((c) => [...c].length === 1))}`;
      case 4:
        return this.reference(depth, false);
      default:
        return this.random.pick(letters);
    }
  }

  private quoted(depth: number): string {
    switch (this.random.below(5)) {
      case 0:
        return `\\${this.random.pick([...'$`"\\\n', 'a', 'n', "'", ' '])}`;
      case 1:
        return this.reference(depth, true);
      default:
        return this.random.pick([...letters, ..." \t\n'~;&|<>()}", '# ']);
    }
  }

  private reference(depth: number, quoted: boolean): string {
    const name = this.random.pick([...names, 'UNSET', 'GIVEN', 'EMPTY']);
    if (depth === 0 || this.random.chance(40)) return `\${${name}}`;
    const operator = this.random.pick([':-', '-', ':+', '+']);
    const part = () => (quoted ? this.quotedOperand(depth - 1) : this.operand(depth - 1));
    return `\${${name}${operator}${this.random.some(4, part)}}`;
  }

  private operand(depth: number): string {
    if (this.random.chance(60)) return this.piece(depth);
    return this.inBraces(this.random.pick([' ', '\t', '\n', ';', '|', ')', '<', '&', '# ', 'x(']));
  }

  private quotedOperand(depth: number): string {
    if (this.random.chance(15)) return `"${this.random.some(3, () => this.random.pick(letters))}"`;
    const part = this.quoted(depth);
    return part === '}' ? '\\}' : this.inBraces(part);
  }

  private inBraces(part: string): string {
    return [...part].map((c) => (this.notInBraces.includes(c) ? 'a' : c)).join('');
  }
}
