import { describe, expect, it } from 'vitest';
import {
  declarationConflicts,
  parseDeclarations,
  parseEnvFile,
  renderSample,
} from '../../../src/configuration/index.ts';
import { coreDeclarations, declare, finalOf, resolved } from '../../support/resolving.ts';

const parse = (...variables: string[]) =>
  parseDeclarations(
    `groups:\n  g:\n    variables:\n${variables.map((v) => `      ${v}\n`).join('')}`,
    'v.yml',
    '@coog/x',
  );

describe('a variables file', () => {
  it('has all facts of a declaration', () => {
    const { declarations, problems } = parse(
      'A: {description: d, type: enum, values: [1, x], set-by: [A, B], default: "x", required: true, secret: true, example: 1}',
    );
    expect(problems).toEqual([]);
    expect(declarations).toEqual([
      {
        ...{ name: 'A', group: 'g', owner: '@coog/x', description: 'd', type: 'enum', values: ['1', 'x'] },
        ...{ setBy: ['A', 'B'], default: 'x', required: true, secret: true, example: '1' },
        ...{ appendProject: false, internal: false },
      },
    ]);
  });

  it.each([
    ['a: {description: d}', 'a variable name is upper case'],
    ['A: {descripton: d}', '"descripton" is not a property'],
    ['A: {type: string}', 'it has no description'],
    ['A: {description: d, type: strin}', '"strin" is no type'],
    ['A: {description: d, type: enum}', 'an enum needs "values"'],
    ['A: {description: d, set-by: A}', '"set-by" is a list'],
    ['A: {description: d, set-by: [a]}', '"set-by" is a list'],
    ['A: {description: d, default: 80}', '"default" is text'],
    ['A: {description: d, default: "${X"}', 'has no "}"'],
    ['A: {description: d, default: "${X%y}"}', 'not a reference'],
    ['A: x', 'it has no description'],
  ])('%s is refused with its line, and the others are read', (line, title) => {
    const { declarations, problems } = parse('Z: {description: d}', line, 'Y: {description: d}');
    expect(declarations.map((d) => d.name)).toEqual(['Z', 'Y']);
    expect(problems).toMatchObject([{ code: 'DECLARATIONS_INVALID', place: { file: 'v.yml', line: 5 } }]);
    expect(problems[0]?.title).toContain(title);
  });

  it.each(['', '[]', 'groups: x', 'groups: {'])('%j is refused', (content) => {
    const { declarations, problems } = parseDeclarations(content, 'v.yml', 'x');
    expect(declarations).toEqual([]);
    expect(problems).toMatchObject([{ code: 'DECLARATIONS_INVALID', place: { file: 'v.yml' } }]);
  });

  it('does not declare a name twice', () => {
    expect(parse('A: {description: d}', 'A: {description: d}').problems).toHaveLength(1);
  });

  it('of two owners must not meet, in final names and in those that a user sets', () => {
    const one = declare('A: {set-by: [CUSTOM_A]}');
    const other = (name: string, setBy: string) =>
      declare(`${name}: {set-by: [${setBy}]}`).map((d) => ({ ...d, owner: '@coog/other' }));
    expect(declarationConflicts([...one, ...other('B', 'CUSTOM_B')])).toEqual([]);
    for (const declarations of [other('A', 'X'), other('B', 'CUSTOM_A'), other('B', 'A')]) {
      const problems = declarationConflicts([...one, ...declarations]);
      expect(problems).toMatchObject([{ code: 'VARIABLE_CONFLICT' }]);
      expect(problems[0]?.title).toContain('@coog/cli');
      expect(problems[0]?.title).toContain('@coog/other');
    }
  });
});

describe('the sample', () => {
  it.each([
    ['"x"', 'x'],
    ['"a b"', "'a b'"],
    ['"*"', "'*'"],
    ['"$$x"', "'$x'"],
    ['"${A}/x"', '${A}/x'],
    ["'${A} \"$$\\`'", '"${A} \\"\\$\\\\\\`"'],
    ['"${A:-b c}"', '"${A:-b c}"'],
    ['"${A@uri}"', ''],
    ['"${ROOT}/x"', '${ROOT}/${COMPOSE_PROJECT_NAME}/x'],
  ])('shows the default %s as a shell would write it', (template, value) => {
    const sample = renderSample(declare(`V: {set-by: [V], default: ${template}}`, 'ROOT: {append-project: true}'));
    expect(sample.split('\n')).toContain(`#V=${value}`);
  });

  const declarations = coreDeclarations();
  const sample = renderSample(declarations);
  const uncommented = sample.replaceAll(/^#([A-Z])/gm, '$1');

  it('is all comments as it stands', () => {
    expect(parseEnvFile(sample, 's')).toEqual({ entries: [], problems: [] });
  });

  it('has every variable that can be set once, and no secret', () => {
    const { entries, problems } = parseEnvFile(uncommented, 's');
    expect(problems).toEqual([]);
    expect(entries.map((e) => e.name)).toEqual(declarations.flatMap((d) => d.setBy.slice(0, 1)));
    for (const d of declarations.filter((d) => d.secret && d.setBy[0])) expect(sample).toContain(`\n#${d.setBy[0]}=\n`);
  });

  it('keeps every value when a line of it is uncommented', () => {
    const minimal = 'FILESYSTEM_ROOT=/coog\nIMAGE_VERSION_COOG=v1\nJWT_ENCRYPTION=jwt\nCOOG_GATEWAY_TOKEN=token\n';
    const before = resolved(declarations, { env: minimal });
    const skipped = new Set(['FILESYSTEM_ROOT', 'IMAGE_VERSION_COOG', 'IMAGE_VERSION_DEFAULT']);
    for (const line of uncommented.split('\n').filter((l) => /^[A-Z]/.test(l))) {
      const declaration = declarations.find((d) => d.setBy[0] === line.split('=')[0]);
      if (!declaration || skipped.has(declaration.name) || declaration.secret || declaration.example) continue;
      if (/@(uri|host)/.test(declaration.default ?? '')) continue;
      const after = resolved(declarations, { env: `${minimal}${line}\n` });
      expect(after.problems, line).toEqual([]);
      expect(finalOf(after, declaration.name), line).toBe(finalOf(before, declaration.name));
    }
  });
});
