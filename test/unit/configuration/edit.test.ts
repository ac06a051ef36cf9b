import { describe, expect, it } from 'vitest';
import {
  expand,
  parseEnvFile,
  quoteForEnvFile,
  setInEnvFile,
  unsetInEnvFile,
} from '../../../src/configuration/index.ts';
import { Random } from '../../support/random.ts';
import { readAllWithShell } from '../../support/shell.ts';
import { names, ShellGrammar } from '../../support/shell-grammar.ts';

/** The values of a file, obeyed line by line. */
function valuesOf(content: string): Map<string, string> {
  const { entries, problems } = parseEnvFile(content, 'f');
  expect(problems, JSON.stringify(content)).toEqual([]);
  const values = new Map<string, string>();
  for (const { name, segments } of entries)
    values.set(
      name,
      expand(segments, (n) => values.get(n)),
    );
  return values;
}

const nasty = [
  ...[
    '',
    ' ',
    '#',
    '# x',
    '~',
    '~/x',
    '~root',
    "'",
    "''",
    '"',
    '\\',
    'a\\',
    '$',
    '$$',
    '${X}',
    '$(id)',
    '`id`',
    '!',
    '*',
    '{a,b}',
  ],
  ...[
    'a b',
    ' a ',
    'a\nb',
    '\n',
    'a\n',
    'a\tb',
    'é漢😀',
    "it's",
    `"it's"`,
    "\\'",
    'a\r\nb',
    'a=b',
    'a;b|c&d',
    '%s',
    '@',
    'p@ss:w/ord?#[]%+',
  ],
  ...['-n', '\u00a0', '\u2028', '\uFEFFx', 'x'.repeat(5000), "'\\''", '\r', 'a\r'],
];

describe('quoteForEnvFile', () => {
  it('comes back from coog and from a shell as it was', () => {
    const random = new Random(7);
    const alphabet = [...' \t\n\'"\\$`#;&|<>(){}~!*?[]=:,.-_/%@+abé漢😀'];
    const values = [...nasty, ...Array.from({ length: 200 }, () => random.some(8, () => random.pick(alphabet)))];
    const contents = values.map((value) => `V=${quoteForEnvFile(value)}\nW=1\n`);
    const read = readAllWithShell(contents, { names: ['V', 'W'] });
    for (const [i, value] of values.entries()) {
      const expected = new Map([
        ['V', value],
        ['W', '1'],
      ]);
      expect(valuesOf(contents[i] as string), JSON.stringify(value)).toEqual(expected);
      expect(read[i], JSON.stringify(value)).toEqual(expected);
    }
  });

  it('leaves plain values as they are', () => {
    expect(quoteForEnvFile('http://coog.example.org:8000/a_b,c@d%20+-')).toBe(
      'http://coog.example.org:8000/a_b,c@d%20+-',
    );
  });
});

describe('setInEnvFile', () => {
  it.each([
    ['an empty file', '', 'A=new\n'],
    ['a file of one line', 'A=old\n', 'A=new\n'],
    ['no final newline', 'B=1', 'B=1\nA=new\n'],
    ['no final newline, in place', 'B=1\nA=old', 'B=1\nA=new'],
    ['a trailing comment', 'A=old  # why\nB=1\n', 'A=new  # why\nB=1\n'],
    ['an empty value', 'A= # why\n', 'A=new # why\n'],
    ['export and indent', '\n\t export  A="old" \nB=1\n', '\n\t export  A=new \nB=1\n'],
    ['duplicates: the last one counts', 'A=1\nB=2\nA=3\nC=4\n', 'A=1\nB=2\nA=new\nC=4\n'],
    ['a value of several lines', "A='x\ny\n\nB=z' # c\nB=1\n", 'A=new # c\nB=1\n'],
    ['a commented line', '# about A\n#A=old\n\nB=1\n', '# about A\n#A=old\nA=new\n\nB=1\n'],
    ['a commented line at the end', '# A=old', '# A=old\nA=new'],
    ['a commented export behind a byte order mark', '\uFEFF# export A=1\nB=2\n', '\uFEFF# export A=1\nA=new\nB=2\n'],
    ['a commented line inside of a value', "B='x\n# A=1\ny'\n", "B='x\n# A=1\ny'\nA=new\n"],
    ['CRLF', 'B=1\r\n', 'B=1\r\nA=new\r\n'],
    ['CRLF in place', 'A="old"\r\nB=1\r\n', 'A=new\r\nB=1\r\n'],
    ['CRLF and a commented line', '# A=1\r\nB=1\r\n', '# A=1\r\nA=new\r\nB=1\r\n'],
    ['a byte order mark', '\uFEFFA=old\nB=1\n', '\uFEFFA=new\nB=1\n'],
    ['a longer name', 'AA=1\nXA=2\n#AA=3\n', 'AA=1\nXA=2\n#AA=3\nA=new\n'],
    ['a last line that goes on', 'B=1\\\n', 'B=1\\\n\nA=new\n'],
    ['a line that is wrong', 'B=$(id)\nA=old\n', 'B=$(id)\nA=new\n'],
    ['a quote that is open', 'B="x\nA=old\nC="y"\n', 'B="x\nA=new\nC="y"\n'],
  ])('%s', (_, before, after) => {
    expect(setInEnvFile(before, 'A', 'new')).toBe(after);
  });

  it('changes the one value and no other, in files of the whole grammar, for coog and for a shell', {
    timeout: 60_000,
  }, () => {
    const edits = Array.from({ length: 150 }, (_, seed) => {
      const random = new Random(1000 + seed);
      const content = new ShellGrammar(random, 'sh').file();
      const value = random.pick(nasty.filter((v) => !v.includes('\r')));
      return { content, value, edited: setInEnvFile(content, 'NEW', value) };
    });
    const read = readAllWithShell(
      edits.map((e) => e.edited),
      { names: [...names, 'NEW'] },
    );
    for (const [i, { content, value, edited }] of edits.entries()) {
      const expected = valuesOf(content).set('NEW', value);
      expect(valuesOf(edited), JSON.stringify(content)).toEqual(expected);
      expect(read[i], JSON.stringify(content)).toEqual(
        new Map([...names, 'NEW'].map((name) => [name, expected.get(name) ?? ''])),
      );
      expect(edited.startsWith(content)).toBe(true);
    }
  });

  it('changes nothing but the bytes of the value', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const content = new ShellGrammar(new Random(seed), 'sh').file().replaceAll('\n', seed % 2 ? '\n' : '\r\n');
      const entry = parseEnvFile(content, '').entries.findLast((e) => e.name === 'ALPHA');
      if (!entry) continue;
      expect(setInEnvFile(content, 'ALPHA', 'x y')).toBe(
        `${content.slice(0, entry.valueStart)}'x y'${content.slice(entry.end)}`,
      );
    }
  });
});

describe('unsetInEnvFile', () => {
  it.each([
    ['the only line', 'A=1\n', ''],
    ['between neighbours', 'B=1\nA=x\nC=2\n', 'B=1\nC=2\n'],
    ['with its comment on the line, not the one above', '# about A\nA=1 # why\nB=2\n', '# about A\nB=2\n'],
    ['every duplicate', 'A=1\nB=2\n export A=3\nC=4\nA=5', 'B=2\nC=4\n'],
    ['of several lines', "B=1\nA='x\ny\n\nC=no'\nC=2\n", 'B=1\nC=2\n'],
    ['between values of several lines', "B='1\n2'\nA=\"x\ny\"\nC='3\n4'\n", "B='1\n2'\nC='3\n4'\n"],
    ['that goes on on the next line', 'B=1\nA=x\\\ny\nC=2\n', 'B=1\nC=2\n'],
    ['without final newline', 'B=1\nA=x', 'B=1\n'],
    ['with CRLF', 'B=1\r\nA="x\r\ny"\r\nC=2\r\n', 'B=1\r\nC=2\r\n'],
    ['behind a byte order mark', '\uFEFFA=1\nB=2\n', '\uFEFFB=2\n'],
    ['that is not there', 'AA=1\n# A=2\n', 'AA=1\n# A=2\n'],
    ['inside of another value only', "B='x\nA=1\n'\n", "B='x\nA=1\n'\n"],
  ])('%s', (_, before, after) => {
    expect(unsetInEnvFile(before, 'A')).toBe(after);
  });

  it('eats no neighbour, in files of the whole grammar', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const content = new ShellGrammar(new Random(seed), 'sh').file();
      const texts = (text: string) => parseEnvFile(text, '').entries.map((e) => text.slice(e.start, e.end));
      const kept = parseEnvFile(content, '')
        .entries.filter((e) => e.name !== 'BETA')
        .map((e) => content.slice(e.start, e.end));
      expect(texts(unsetInEnvFile(content, 'BETA')), JSON.stringify(content)).toEqual(kept);
    }
  });

  it('undoes a set', () => {
    for (const value of nasty)
      for (const content of ['B=1\n', 'B=1\r\n', '', "B='x\ny'\n"])
        expect(unsetInEnvFile(setInEnvFile(content, 'A', value), 'A')).toBe(content);
  });
});
