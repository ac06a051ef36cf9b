import { describe, expect, it } from 'vitest';
import { formatProblem, formatProblems, problemToJson } from '../../../src/cli/report.ts';
import { formatTable } from '../../../src/cli/table.ts';

describe('formatProblem', () => {
  it('says what, where, what was found and what to do', () => {
    const problem = {
      code: 'VALUE_INVALID',
      title: 'X must be a port',
      detail: 'it is "a"\nit was 80',
      place: { file: 'env.custom', line: 3 },
      next: 'coog config:set X VALUE',
    };
    expect(formatProblem(problem)).toBe(
      [
        '✗ X must be a port',
        '  at env.custom:3',
        '  it is "a"',
        '  it was 80',
        '  → coog config:set X VALUE',
        '  (VALUE_INVALID)',
      ].join('\n'),
    );
    expect(problemToJson(problem)).toEqual({ severity: 'error', ...problem });
  });

  it('wraps words at the width and never breaks one', () => {
    const long = 'x'.repeat(50);
    const text = formatProblem({ code: 'C', title: `one two ${long} three`, severity: 'warning' }, 20);
    expect(text.split('\n')).toEqual(['! one two', `  ${long}`, '  three']);
  });

  it('keeps spaces inside of a title', () => {
    expect(formatProblem({ code: 'C', title: 'a  b', severity: 'warning' })).toBe('! a  b');
  });

  it('lets nothing through that a terminal would obey', () => {
    const text = formatProblem({
      code: 'C',
      title: 'a\u001b[2Jb',
      detail: '\u001b[31mc\u0007\rd\te',
      severity: 'warning',
    });
    expect(text).toBe('! ab\n  c\\x07\\rd\te');
  });

  it('puts errors last, counts them, and says that nothing was changed where that is so', () => {
    const problems = [
      { code: 'A', title: 'first' },
      { code: 'W', title: 'odd', severity: 'warning' },
      { code: 'B', title: 'second' },
    ] as const;
    const told = ['! odd', '✗ first', '  (A)', '✗ second', '  (B)'];
    expect(formatProblems(problems).split('\n')).toEqual([...told, '2 problems.']);
    expect(formatProblems(problems, 80, true).split('\n')).toEqual([...told, '2 problems; nothing was changed.']);
  });
});

describe('formatTable', () => {
  it('aligns columns and leaves no space at line ends', () => {
    expect(
      formatTable(
        ['NAME', 'VALUE', 'FROM'],
        [
          ['A', 'long value', 'x'],
          ['BBBBB', '', ''],
        ],
      ),
    ).toBe(['NAME   VALUE       FROM', 'A      long value  x', 'BBBBB'].join('\n'));
  });

  it('has a header alone when there are no rows', () => {
    expect(formatTable(['A', 'B'], [])).toBe('A  B');
  });

  it('counts what a terminal shows: accents, wide letters and pictures', () => {
    const lines = formatTable(
      ['N', 'V'],
      [
        ['é', '1'],
        ['e\u0301', '2'],
        ['漢字', '3'],
        ['😀', '4'],
        ['abcd', '5'],
      ],
    ).split('\n');
    expect(lines).toEqual(['N     V', 'é     1', 'e\u0301     2', '漢字  3', '😀    4', 'abcd  5']);
  });

  it('keeps a row on its line and lets nothing through that a terminal would obey', () => {
    expect(formatTable(['N', 'V'], [['a\nb', 'x\u001b[2J\t']])).toBe(['N     V', 'a\\nb  x\\x1b[2J\\t'].join('\n'));
  });
});
