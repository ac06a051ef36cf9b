import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../../src/configuration/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const parse = (...lines: string[]) => parseEnvFile(lines.join('\n'), 'custom/env.custom');
const problemsOf = (...lines: string[]) =>
  parse(...lines).problems.map(({ code, place }) => `${place?.file}:${place?.line} ${code}`);
const command = (line: number) => `custom/env.custom:${line} ENV_FILE_COMMAND`;

describe('what a shell would execute', () => {
  it.each([
    ['A=$(id)'],
    ['A="x $(id) y"'],
    ['A=`id`'],
    ['A="`id`"'],
    ['A=${B:-$(id)}'],
    ['A="${B:-`id`}"'],
    ['A=${B:-<(id)}'],
    ['A=$((1+1))'],
    ['source x'],
    ['. ./x'],
    ['if true; then'],
    ['fi'],
    ['echo hello'],
    ['set -a'],
    ['export -n A'],
    ['unset A'],
    ['A+=x'],
    ['A[0]=x'],
    ['eval A=1'],
    ['}'],
    ["'A'=1"],
  ])('%s is refused with its line', (line) => {
    expect(problemsOf('# a comment', '', line, 'Z=1')).toEqual([command(3)]);
  });

  it.each([
    ['A=a b', 'text follows the value'],
    ['A=1;B=2', '";" has a meaning'],
    ['A=1 ; B=2', 'text follows the value'],
    ['A=x|y', '"|" has a meaning'],
    ['A=x>y', '">" has a meaning'],
    ['A=(1 2)', '"(" has a meaning'],
    ['A=x&', '"&" has a meaning'],
    ['A = 1', 'a space stands before the "=" of A'],
    ['export A =1', 'a space stands before the "=" of A'],
    ['A= 1', 'text follows the value'],
    ['A="x"y z', 'text follows the value'],
    ['A=${B', 'a "${" has no "}"'],
    ['A=${B%x}', 'not a reference that coog knows'],
    ['A=${B:=x}', 'not a reference that coog knows'],
    ['A=${#B}', 'not a reference that coog knows'],
    ['A=${B@uri}', 'not a reference that coog knows'],
    ['A=${}', 'not a reference that coog knows'],
    ['A=$1', 'have a meaning for a shell only'],
    ['A="$?"', 'have a meaning for a shell only'],
    ["A=$'x'", 'have a meaning for a shell only'],
    ['A=$[1+1]', 'have a meaning for a shell only'],
    ['A=~someone/x', 'puts the home of a user'],
    ["A='x", "the quote ' is opened here"],
    ['A="x', 'the quote " is opened here'],
  ])('%s is refused with its line', (line, title) => {
    const { problems } = parse('', '# a comment', line, 'Z=1');
    expect(problems.map((p) => p.place?.line)).toEqual([3]);
    expect(problems[0]?.title).toContain(title);
    expect(problems[0]?.next).toBeTruthy();
  });

  it('is never executed', async () => {
    const canary = join(await temporaryFolder(), 'canary');
    const { problems } = parse(
      `A=$(touch ${canary})`,
      `B=\`touch ${canary}\``,
      `touch ${canary}`,
      `C=1; touch ${canary}`,
      `D="\${E:-$(touch ${canary})}"`,
      `F=x touch ${canary}`,
    );
    expect(problems.map((p) => p.place?.line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(existsSync(canary)).toBe(false);
  });

  it('is text in single quotes and in comments', () => {
    expect(problemsOf("A='$(id) `id` ; | & ~root'", '# $(id) `id`', 'B=1 # "$(id)')).toEqual([]);
  });
});

describe('lines of problems', () => {
  it('are right behind values of several lines', () => {
    const lines = [
      "A='one",
      'two',
      "three'",
      'oops',
      'B="one',
      '',
      'three"',
      'C=\\',
      'x',
      'oops',
      'D=${E:-',
      '}',
      'oops',
    ];
    expect(problemsOf(...lines)).toEqual([command(4), command(10), command(13)]);
  });

  it('are right inside of values of several lines, each command told', () => {
    expect(problemsOf('A="one', '$(two)', 'three', '`four`"', 'B=1', 'oops')).toEqual([
      command(2),
      command(4),
      command(6),
    ]);
  });

  it('are right with CRLF and a byte order mark', () => {
    const content = '\uFEFFA="x\r\ny"\r\noops\r\n\r\nB=$(id)\r\n';
    expect(parseEnvFile(content, 'f').problems.map((p) => p.place?.line)).toEqual([3, 5]);
  });

  it('belong to entries too, with the column', () => {
    const { entries } = parse('A=1', '', '  export B="x', 'y"', '\tC=2');
    expect(entries.map(({ name, place }) => [name, place.line, place.column])).toEqual([
      ['A', 1, 1],
      ['B', 3, 3],
      ['C', 5, 2],
    ]);
  });
});

describe('a quote that is never closed', () => {
  const read = (...lines: string[]) => {
    const { entries, problems } = parse(...lines);
    return { names: entries.map((e) => e.name), problems: problems.map((p) => p.place?.line) };
  };

  it.each([
    ['alone', ['A="x', 'B=1', 'C=2'], [1], ['B', 'C']],
    ['before another quote', ['A="x', 'B="1"', 'C=2'], [1], ['B', 'C']],
    ['before a quote with a space in it', ['A="x', 'B=1', 'C="1 2"', 'D=3'], [1], ['B', 'C', 'D']],
    ['before a comment with an apostrophe', ["A='x", "# don't touch", 'B=1'], [1], ['B']],
    ['before single quotes', ["A='x", "B='1 2'", 'C=3'], [1], ['B', 'C']],
    ['on the last line', ['A=1', "B='x"], [2], ['A']],
    ['in a value that another quote opens', ["A='x'\"y", 'B=1'], [1], ['B']],
    ['with a command behind it', ['A="x', 'B=$(id)', 'C="1"', 'D=2'], [1, 2], ['C', 'D']],
    ['in a brace', ['A=${B:-"x}', 'C=1'], [1], ['C']],
  ])('%s costs only its own line', (_, lines, problems, names) => {
    expect(read(...lines)).toEqual({ problems, names });
  });
});

describe('other texts', () => {
  it.each(['', '\n', '\uFEFF', '\r\n\r\n', '   ', '# only', '\uFEFF# only', 'export A', 'export A B # c'])(
    '%j has neither entries nor problems',
    (content) => {
      expect(parseEnvFile(content, 'f')).toEqual({ entries: [], problems: [] });
    },
  );

  it('refuses bytes that are no text, and only where they would land in a value', () => {
    const content = Buffer.from('# caf\xe9\nA=1\nB=caf\xe9\nC=\0\n', 'latin1').toString('utf8');
    expect(parseEnvFile(content, 'f').problems.map((p) => [p.code, p.place?.line])).toEqual([
      ['ENV_FILE_ENCODING', 3],
      ['ENV_FILE_ENCODING', 4],
    ]);
  });

  const canary = 's3cr3tC4nary';
  it.each([
    `A=${canary}$(id)`,
    `A="${canary}`,
    `A=\${${canary}%x}`,
    `A=\${${canary}`,
    `A=${canary} ${canary}`,
    `A=${canary};${canary}`,
    `A=${canary}\uFFFD`,
    `A="x\n${canary}" \`x\``,
    `A='x\nB=1\n${canary}' y`,
    `+${canary}`,
  ])('never tells a value: %j', (content) => {
    const { problems } = parseEnvFile(content, 'f');
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain(canary);
  });
});
