import { describe, expect, test } from 'vitest';
import { filesBelow, plugins, read } from './repository.ts';

const sources = ['src', ...plugins.map((folder) => `${folder}/src`)].flatMap((folder) => filesBelow(folder, /\.ts$/));

const code = "'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'";

/** The ways in which code gives a problem its code. */
const patterns: readonly RegExp[] = [
  new RegExp(`\\bcode: (?:[\\w.]+ \\? ${code} : )?${code}`, 'g'),
  new RegExp(`\\bproblem\\(\\s*${code}`, 'gi'),
  new RegExp(`\\brefuse\\(\\s*\\w+,\\s*${code}`, 'g'),
  // A constant that is used as `code: NAME`.
  new RegExp(`^const syntax = ${code};`, 'gm'),
  // A message that is written by hand, as it comes before everything else.
  /\(([A-Z]+_[A-Z_]+)\)\\n/g,
];

/** Codes of the system, which never reach a person. */
const isSystemCode = (name: string): boolean => /^E[A-Z]+$/.test(name);

const codesIn = (text: string): string[] =>
  patterns
    .flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups))
    .filter((name) => name !== undefined && !isSystemCode(name));

const used = new Map(sources.flatMap((path) => codesIn(read(path)).map((name) => [name, path] as const)));
const rows = [...read('docs/problems.md').matchAll(/^\| `([A-Z0-9_]+)` \|(.*)\|$/gm)];
const documented = rows.map(([, name = '']) => name);

describe('docs/problems.md', () => {
  test('has every code that can be printed', () => {
    expect([...used.keys()].filter((name) => !documented.includes(name)).sort()).toEqual([]);
  });

  test('has no code that no longer exists', () => {
    expect(documented.filter((name) => !used.has(name))).toEqual([]);
  });

  test('has each code once', () => {
    expect(documented.filter((name, at) => documented.indexOf(name) !== at)).toEqual([]);
  });

  test('says of each what it means, what to do and the exit code', () => {
    const incomplete = rows.filter(([, , rest = '']) => {
      const [meaning = '', todo = '', exit = ''] = rest.split(' | ').map((cell) => cell.trim());
      return meaning === '' || todo === '' || !/^(warning|[123])(, [123])*$/.test(exit);
    });
    expect(incomplete.map(([, name]) => name)).toEqual([]);
  });
});

test('every code is written in a way that this test sees', () => {
  const hidden = sources.flatMap((path) =>
    [...read(path).matchAll(/\bcode: ([a-z]\w*)(?=,| \})/g)]
      .map(([, name = '']) => name)
      .filter((name) => !['string', 'syntax', 'null'].includes(name))
      .map((name) => `${path}: code: ${name}`),
  );
  expect(hidden).toEqual([]);
});
