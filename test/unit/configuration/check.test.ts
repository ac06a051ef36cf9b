import { describe, expect, it } from 'vitest';
import { isTrue, whatValueMustBe } from '../../../src/configuration/check.ts';
import type { VariableType } from '../../../src/configuration/types.ts';

const fits: [VariableType, string[], string[]][] = [
  ['string', ['x', 'a\nb', 'a\tb', 'é', ' '], ['a\0b', 'a\rb', '\u001b[31m', '\u007f']],
  ['boolean', ['0', '1', 'true', 'False', 'YES', 'no', 'on', 'off'], ['2', 'truee', 'ja', ' 1', '1\n']],
  ['integer', ['0', '1', '-5', '172800000'], ['1.5', '1e3', '0x10', ' 1', '--1', '٣']],
  ['port', ['1', '80', '65535'], ['0', '65536', '-1', '080', '80 ', '80/tcp', '1e2', '99999']],
  [
    'url',
    ['http://coog:8000', 'https://x.org/a?b=c#d', 'http://[::1]:80/', 'redis://h'],
    ['coog:8000', 'coog', '//x', 'http://', 'http:///x', 'http://a b', ' http://a', 'http://a:99999', 'http://a\n'],
  ],
  [
    'hostname',
    ['coog', 'coog.localhost', 'my_host', '10.0.0.1', '::1', 'fd00::1', 'a-b.c', 'A.B'],
    ['a b', '-a', 'a-', 'a..b', 'http://a', 'a:80', 'a/b', '', 'é.fr', 'a,b', 'a\n'].filter((v) => v !== ''),
  ],
  [
    'subnet',
    ['10.0.1.0/24', '172.16.0.0/12', 'fd00::/64'],
    ['10.0.1.5/24', '10.0.1.0', '10/8', '10.0.1.0/33', '010.0.1.0/24', '10.0.1.0/024', '0.0.0.0/0', 'x'],
  ],
  ['path', ['/coog', './defaults', 'a b', '/é'], ['a\nb']],
  ['duration', ['5s', '2m', '1h30m', '500ms'], ['5', 's', '5 s', '1d', '-5s', '5s ']],
  ['name', ['coog', 'a b', 'a-b'], ['a,b', ' a', ',', 'a\nb']],
  ['names', ['a', 'a,b', 'a, b'], [',', 'a,', ',a', 'a,,b', ' ', 'a, ']],
  [
    'image-tag',
    ['v1', 'coog-2.13.2134', '_x', '8.0', 'a'.repeat(128)],
    ['.x', '-x', 'a b', 'a:b', 'a/b', 'a'.repeat(129)],
  ],
];

describe.each(fits)('a value of the type %s', (type, good, bad) => {
  it.each(good.map((v) => [v]))('may be %j', (value) => {
    expect(whatValueMustBe({ name: 'X', type }, value)).toBeUndefined();
  });

  it.each(bad.map((v) => [v]))('may not be %j', (value) => {
    expect(whatValueMustBe({ name: 'X', type }, value)).toMatch(/./);
  });
});

describe('any value', () => {
  it('may be empty: that is the business of "required"', () => {
    for (const [type] of fits) expect(whatValueMustBe({ name: 'X', type }, '')).toBeUndefined();
  });

  it('of an enum is one of its values', () => {
    const declaration = { name: 'X', type: 'enum', values: ['http', 'https'] } as const;
    expect(whatValueMustBe(declaration, 'https')).toBeUndefined();
    expect(whatValueMustBe(declaration, 'HTTP')).toBe('one of http, https');
    expect(whatValueMustBe(declaration, 'h')).toBe('one of http, https');
  });

  it('fits into one environment variable of Linux, its name and the "=" counted in bytes', () => {
    const type = 'string';
    expect(whatValueMustBe({ name: 'X', type }, 'a'.repeat(131_069))).toBeUndefined();
    expect(whatValueMustBe({ name: 'X', type }, 'a'.repeat(131_070))).toContain('shorter');
    expect(whatValueMustBe({ name: 'X', type }, 'é'.repeat(65_535))).toContain('shorter');
  });

  it.each(['coog', 'a1_-', '0x'])('%s names a project', (name) => {
    expect(whatValueMustBe({ name: 'COMPOSE_PROJECT_NAME', type: 'name' }, name)).toBeUndefined();
  });

  it.each(['Coog', '_a', 'a b', 'é', 'a.b'])('%s names none', (name) => {
    expect(whatValueMustBe({ name: 'COMPOSE_PROJECT_NAME', type: 'name' }, name)).toContain('lower case');
  });
});

describe('a switch', () => {
  it.each(['1', 'true', 'TRUE', 'yes', 'on'])('is on with %s', (value) => expect(isTrue(value)).toBe(true));
  it.each(['0', 'false', 'no', 'off', '', undefined, 'x', '11'])('is off with %s', (value) =>
    expect(isTrue(value)).toBe(false),
  );
});
