import { describe, expect, it } from 'vitest';
import type { Extension, Registration } from '../../../src/extension/index.ts';
import { orderRegistrations } from '../../../src/extension/order.ts';

const registration = (name: string, extension: Partial<Extension> = {}): Registration => ({
  contributor: { name, version: '1.0.0', root: `/${name}` },
  extension: { apiVersion: 1, ...extension },
});
const order = (...list: Registration[]) => {
  const { ordered, problems } = orderRegistrations(list, 'core');
  return { names: ordered.map((r) => r.contributor.name), problems };
};

/** Every order in which three or four can answer. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('orderRegistrations', () => {
  const cases: [string, Registration[], string[]][] = [
    ['the core first, then by name', [registration('b'), registration('core'), registration('a')], ['core', 'a', 'b']],
    ['after', [registration('a', { after: ['b'] }), registration('b'), registration('core')], ['core', 'b', 'a']],
    ['before', [registration('z', { before: ['a'] }), registration('a'), registration('core')], ['core', 'z', 'a']],
    ['before the core is not possible', [registration('a', { before: ['core'] }), registration('core')], ['core', 'a']],
    ['a plugin that is not installed', [registration('a', { after: ['x'], before: ['y'] })], ['a']],
    [
      'a chain against the alphabet',
      [
        registration('a', { after: ['b'] }),
        registration('b', { after: ['c'] }),
        registration('c'),
        registration('core'),
      ],
      ['core', 'c', 'b', 'a'],
    ],
  ];
  it.each(cases)('%s, whoever answers first', (_, list, expected) => {
    for (const shuffled of permutations(list)) expect(order(...shuffled)).toEqual({ names: expected, problems: [] });
  });

  it.each([
    ['two', [registration('a', { after: ['b'] }), registration('b', { after: ['a'] })], ['a', 'b']],
    ['one with itself', [registration('a', { after: ['a'] })], ['a']],
    [
      'three, with one that only follows',
      [
        registration('a', { after: ['b'] }),
        registration('b', { after: ['c'] }),
        registration('c', { after: ['b'] }),
        registration('d'),
      ],
      ['b', 'c'],
    ],
  ] as [string, Registration[], string[]][])('names a circle of %s', (_, list, members) => {
    const { names, problems } = order(...list);
    expect(problems.map((p) => p.code)).toEqual(['PLUGIN_ORDER_CYCLE']);
    for (const member of members) expect(problems[0]?.title).toContain(member);
    expect(problems[0]?.next).toMatch(/--without-plugin [abc]$/);
    expect([...names].sort()).toEqual(list.map((r) => r.contributor.name).sort());
  });

  it('names the members of a circle in the order of the waiting and nobody else', () => {
    const { problems } = order(
      registration('a', { after: ['b'] }),
      registration('b', { after: ['c'] }),
      registration('c', { after: ['b'] }),
    );
    expect(problems[0]?.title).not.toMatch(/\ba\b →|→ a\b/);
  });
});
