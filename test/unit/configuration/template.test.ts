import { describe, expect, it } from 'vitest';
import { expand, parseTemplate, referencedNames, TemplateError } from '../../../src/configuration/index.ts';

const values: Record<string, string> = { A: 'a', EMPTY: '', P: "p@s:/?#[]%+ é'!*()", V6: '::1', B6: '[::1]' };
const fill = (template: string) => expand(parseTemplate(template), (name) => values[name]);

describe('a template', () => {
  it.each([
    ['x', 'x'],
    ['', ''],
    ['${A}b', 'ab'],
    ['$A', '$A'],
    ['$$', '$'],
    ['$${A}', '${A}'],
    ['$$${A}', '$a'],
    ['a$', 'a$'],
    ['$ {A}', '$ {A}'],
    ['}${A}}', '}a}'],
    ['[${NO}]', '[]'],
    ['${NO:-x}${EMPTY:-y}${A:-z}', 'xya'],
    ['${NO-x}[${EMPTY-y}]${A-z}', 'x[]a'],
    ['[${NO:+x}${EMPTY:+y}]${A:+z}', '[]z'],
    ['[${NO+x}]${EMPTY+y}${A+z}', '[]yz'],
    ['${NO:-${EMPTY:-${A}}}', 'a'],
    ['${NO:-a}b}', 'ab}'],
    ['${NO:-}', ''],
    ['${NO:-x\ny}', 'x\ny'],
    ['${P@uri}', 'p%40s%3A%2F%3F%23%5B%5D%25%2B%20%C3%A9%27%21%2A%28%29'],
    ['${V6@host} ${B6@host} ${A@host}', '[::1] [::1] a'],
    ['${EMPTY@uri:-x}', 'x'],
  ])('%j is %j', (template, expected) => {
    expect(fill(template)).toBe(expected);
  });

  it.each(['${', '${A', '${}', '${1}', '${A@x}', '${A:x}', '${A:-${B}', '${A.b}', '${ A }'])(
    '%j is refused',
    (template) => {
      expect(() => parseTemplate(template)).toThrow(TemplateError);
    },
  );

  it('tells where it is wrong', () => {
    expect(() => parseTemplate('ab${A:-${B%}}')).toThrow(expect.objectContaining({ offset: expect.any(Number) }));
  });

  it('names all that it refers to', () => {
    expect(referencedNames(parseTemplate('${A}${B:-${C}x${D@uri}}$$${E}'))).toEqual(['A', 'B', 'C', 'D', 'E']);
  });
});
