import { describe, expect, it } from 'vitest';
import { codes, declare, finalOf, type Given, resolved } from '../../support/resolving.ts';

const declarations = declare(
  'A: {set-by: [CUSTOM_A], default: "a"}',
  'B: {set-by: [CUSTOM_B], default: "${A}-b"}',
  'SAME: {set-by: [SAME], default: "s"}',
);
const value = (name: string, from: Given) => {
  const result = resolved(declarations, from);
  expect(result.problems).toEqual([]);
  return finalOf(result, name);
};

describe('a reference in a file sees', () => {
  it.each<[string, Given, string]>([
    ['the line above', { env: 'X=1\nCUSTOM_A=${X}2\n' }, '12'],
    ['the last line above, not the one below', { env: 'X=1\nX=2\nCUSTOM_A=$X\nX=3\n' }, '2'],
    ['the weaker layer', { custom: 'X=1\n', env: 'CUSTOM_A=$X\n' }, '1'],
    ['its own layer before a stronger one', { custom: 'X=1\nCUSTOM_A=$X\n', env: 'X=2\n' }, '1'],
    ['the line below when there is none above', { env: 'CUSTOM_A=$X\nX=3\n' }, '3'],
    ['a stronger layer when there is none weaker', { custom: 'CUSTOM_A=$X\n', env: 'X=3\n' }, '3'],
    ['itself, one layer down', { custom: 'CUSTOM_A=1\n', env: 'CUSTOM_A=${CUSTOM_A}2\n' }, '12'],
    ['itself, one line up', { env: 'CUSTOM_A=1\nCUSTOM_A=${CUSTOM_A}2\n' }, '12'],
    ['itself in the process environment', { process: { CUSTOM_A: 'p' }, env: 'CUSTOM_A=${CUSTOM_A:-q}2\n' }, 'p2'],
    ['nothing of itself elsewhere', { env: 'CUSTOM_A=${CUSTOM_A:-q}2\n' }, 'q2'],
    ['itself below as a shell does', { env: 'CUSTOM_A=${CUSTOM_A:-q}1\nCUSTOM_A=${CUSTOM_A}2\n' }, 'q12'],
    ['the process environment at last', { process: { HOME: '/h' }, env: 'CUSTOM_A=~/$HOME\n' }, '/h//h'],
    ['a final value', { env: 'CUSTOM_A=${SAME}!\n' }, 's!'],
    ['a final value before the process environment', { process: { B: 'no' }, env: 'SAME=x\nCUSTOM_A=${SAME}\n' }, 'x'],
    ['nothing', { env: 'CUSTOM_A=[${NOTHING}${NOTHING:-n}${NOTHING+x}]\n' }, '[n]'],
  ])('%s', (_, from, expected) => {
    expect(value('A', from)).toBe(expected);
  });

  it('defaults follow what was given', () => {
    expect(value('B', { env: 'CUSTOM_A=x\n' })).toBe('x-b');
    expect(value('B', { env: 'CUSTOM_B=${A}${A}\n' })).toBe('aa');
  });
});

describe('a circle', () => {
  it('of declarations is a problem that shows the way', () => {
    const circle = declare('P: {default: "${Q}"}', 'Q: {default: "${R}"}', 'R: {default: "x${P}"}');
    const { problems } = resolved(circle, {});
    expect(problems.map((p) => [p.code, p.title])).toEqual([['VARIABLE_CYCLE', 'P refers to itself: P → Q → R → P']]);
  });

  it('of one declaration', () => {
    const { problems } = resolved(declare('P: {default: "${P}"}'), {});
    expect(problems.map((p) => p.title)).toEqual(['P refers to itself: P → P']);
  });

  it('through a file is a problem with its line, told once', () => {
    const { problems } = resolved(declarations, { env: '# c\nCUSTOM_A="${B}${B}"\n' });
    expect(problems).toMatchObject([{ code: 'VARIABLE_CYCLE', place: { file: 'env.custom', line: 2 } }]);
  });

  it('through a variable of a file', () => {
    expect(codes(resolved(declarations, { env: 'CUSTOM_A=$X\nX=$A\n' }))).toEqual(['VARIABLE_CYCLE']);
  });

  it('of assignments means what it means in a shell, with a warning', () => {
    const result = resolved(declarations, { env: 'CUSTOM_A=${X:-x}\nX=${CUSTOM_A}y\nCUSTOM_B=$X\n' });
    expect(finalOf(result, 'A')).toBe('x');
    expect(finalOf(result, 'B')).toBe('xy');
    expect(result.problems).toMatchObject([
      { code: 'VARIABLE_CYCLE', severity: 'warning', place: { file: 'env.custom', line: 1 } },
    ]);
  });

  it('of many assignments, and values that double themselves, come to an end', () => {
    const names = Array.from({ length: 60 }, (_, i) => `V${i}`);
    const forward = names.map((name, i) => `${name}=\${V${(i + 1) % 60}}\${V${(i + 7) % 60}}`).join('\n');
    expect(codes(resolved(declarations, { env: `CUSTOM_A=$V0\n${forward}\n` }))).toContain('VARIABLE_CYCLE');
    const doubling = `${names.map((name, i) => `${name}=\${V${i - 1}-x}\${V${i - 1}-x}`.replaceAll('V-1', 'W')).join('\n')}\n`;
    const result = resolved(declarations, { env: `${doubling}CUSTOM_A=$V59\n` });
    expect(result.problems.map((p) => p.title)).toEqual([expect.stringContaining('must be shorter')]);
    expect(JSON.stringify(result.problems).length).toBeLessThan(1000);
  });
});
