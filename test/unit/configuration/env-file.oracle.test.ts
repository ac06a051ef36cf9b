import { beforeAll, describe, expect, it } from 'vitest';
import { expand, parseEnvFile } from '../../../src/configuration/index.ts';
import { Random } from '../../support/random.ts';
import { readAllWithShell, type ShellName } from '../../support/shell.ts';
import { names, ShellGrammar } from '../../support/shell-grammar.ts';

const environment = { HOME: '/home/someone', GIVEN: 'from outside', EMPTY: '' };

/** The assignments one after the other, as a shell obeys them. */
function obey(content: string): { values: Map<string, string>; problems: readonly object[] } {
  const { entries, problems } = parseEnvFile(content, 'env.custom');
  const values = new Map<string, string>(Object.entries(environment));
  for (const { name, segments } of entries)
    values.set(
      name,
      expand(segments, (n) => values.get(n)),
    );
  return { values: new Map(names.map((name) => [name, values.get(name) ?? ''])), problems };
}

const files = (count: number, make: (random: Random) => string): string[] =>
  Array.from({ length: count }, (_, seed) => make(new Random(seed + 1)));

const soup = [
  ...'ab~:=\'"\\$`{}#;&|()<>!*?[- \t\n+@%é',
  ...['${', '$(', '${ALPHA:-', '${BETA}', '\nBETA=', "'x'", '"y"', '\\\n', '${UNSET:-"', '"${UNSET:-'],
];

describe.each<[ShellName]>([['sh'], ['bash']])('an env file, against %s', { timeout: 120_000 }, (shell) => {
  const read = (contents: readonly string[]) => readAllWithShell(contents, { names, environment, shell });
  const ofGrammar = files(300, (random) => new ShellGrammar(random, shell).file());

  let obeyed: ReturnType<typeof read>;
  beforeAll(() => {
    obeyed = read(ofGrammar);
  }, 120_000);

  it('has the values that the shell gives it', () => {
    for (const [i, expected] of obeyed.entries()) {
      const content = ofGrammar[i] as string;
      const { values, problems } = obey(content);
      expect(problems, JSON.stringify(content)).toEqual([]);
      expect(values, JSON.stringify(content)).toEqual(expected);
    }
  });

  it('has the same values with CRLF and a byte order mark', () => {
    for (const [i, expected] of obeyed.entries()) {
      const content = ofGrammar[i] as string;
      const { values, problems } = obey(`\uFEFF${content.replaceAll('\n', '\r\n')}`);
      expect(problems, JSON.stringify(content)).toEqual([]);
      expect(values, JSON.stringify(content)).toEqual(expected);
    }
  });

  it('is refused or has the values that the shell gives it, whatever characters stand in it', () => {
    const rows = files(8000, (random) => `=${random.some(7, () => random.pick(soup))}\n`);
    const accepted = rows.filter((row) => obey(`A${row}`).problems.length === 0);
    expect(accepted.length).toBeGreaterThan(2000);
    const contents = Array.from({ length: Math.ceil(accepted.length / names.length) }, (_, i) =>
      names.map((name, n) => `${name}${accepted[i * names.length + n] ?? '='}`).join(''),
    ).filter((content) => obey(content).problems.length === 0);
    for (const [i, expected] of read(contents).entries())
      expect(obey(contents[i] as string).values, JSON.stringify(contents[i])).toEqual(expected);
  });
});
