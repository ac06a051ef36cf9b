import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, read } from './repository.ts';

/** Folders of src from the top to the bottom: an import points to a lower line. The table of ARCHITECTURE.md. */
const levels: readonly (readonly string[])[] = [
  ['commands', 'hooks', 'plugin-api'],
  ['cli'],
  ['init', 'upgrade', 'doctor', 'graph', 'testing', 'authoring'],
  ['database', 'certificates'],
  ['operations'],
  ['settings', 'plugins'],
  ['apply'],
  ['plan', 'engine'],
  ['compose', 'configuration'],
  ['extension', 'completion'],
  ['project'],
  ['unchanged', 'history'],
  ['shared'],
];

/** Folders without an entrance: every file of theirs is one, as it is small and does one thing. */
const open = new Set(['shared', 'cli']);

/** Imports that break the rule on purpose, as `file → imported`, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/hooks/extension.ts → src/extension/catalogue.ts': 'types only: a hook must load nothing',
  'src/testing/render.ts → src/hooks/extension.ts': 'the core registers in a rendered project by its own hook',
  'src/index.ts → src/extension/catalogue.ts': 'what plugin authors import is the contract, not what gathers it',
};

/** Uses of what belongs to the process, outside of commands, cli and bin, as `file: use`, each with its reason. */
const processExceptions: Readonly<Record<string, string>> = {
  'src/hooks/command-not-found.ts: process.stderr': 'oclif gives a hook no other voice',
  'src/plugin-api/testing.ts: process.env': 'a test of a plugin has no other way to find npm',
  'src/engine/interrupt.ts: process.stdin': 'whether Ctrl-C reaches the child depends on the terminal',
  'src/engine/interrupt.ts: process.stdout': 'as above',
  'src/engine/interrupt.ts: process.stderr': 'as above',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const importPattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'(\.{1,2}\/[^']+)'/gm;
const sources = filesBelow('src', /\.ts$/);
const imports: readonly Import[] = sources.flatMap((from) =>
  [...read(from).matchAll(importPattern)].map(([, path = '']) => ({ from, to: normalize(join(dirname(from), path)) })),
);

const folderOf = (path: string): string => (path.split('/').length > 2 ? (path.split('/')[1] ?? '') : '');
const levelOf = (path: string): number => levels.findIndex((level) => level.includes(folderOf(path)));
const shown = ({ from, to }: Import): string => `${from} → ${to}`;
const between = imports.filter(({ from, to }) => folderOf(from) !== folderOf(to));

describe('imports between the folders of src', () => {
  test('every folder has its place in the order', () => {
    expect([...new Set(sources.map(folderOf))].filter((f) => f !== '').sort()).toEqual(levels.flat().sort());
  });

  test('point one way: commands → operations, settings, init → plan, apply, engine → … → shared', () => {
    const wrong = between.filter(({ from, to }) => folderOf(from) !== '' && levelOf(from) >= levelOf(to)).map(shown);
    expect(wrong.filter((line) => !(line in exceptions))).toEqual([]);
  });

  test('go through the one entrance of a folder', () => {
    const wrong = between
      .filter(({ to }) => !open.has(folderOf(to)) && to !== `src/${folderOf(to)}/index.ts`)
      .map(shown);
    expect(wrong.filter((line) => !(line in exceptions))).toEqual([]);
  });

  test('no exception is left over', () => {
    expect(Object.keys(exceptions).filter((line) => !between.map(shown).includes(line))).toEqual([]);
  });

  test('engine knows nothing but shared', () => {
    const wrong = between.filter(({ from, to }) => folderOf(from) === 'engine' && folderOf(to) !== 'shared');
    expect(wrong.map(shown)).toEqual([]);
  });
});

describe('below commands, cli and bin', () => {
  const uses = sources
    .filter((path) => !['commands', 'cli'].includes(folderOf(path)))
    .flatMap((path) =>
      [...read(path).matchAll(/\bprocess\.(?:cwd|env|chdir|argv|exitCode|exit|std(?:in|out|err))\b/g)].map(
        ([use]) => `${path}: ${use}`,
      ),
    );

  test('nothing touches folder, environment or streams of the process', () => {
    expect([...new Set(uses)].filter((use) => !(use in processExceptions))).toEqual([]);
  });

  test('no exception is left over', () => {
    expect(Object.keys(processExceptions).filter((use) => !uses.includes(use))).toEqual([]);
  });

  test('nothing prints by console', () => {
    expect(sources.filter((path) => /\bconsole\./.test(read(path)))).toEqual([]);
  });
});
