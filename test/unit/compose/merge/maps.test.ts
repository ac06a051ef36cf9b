import { describe, expect, it } from 'vitest';
import { mergeDefinitions, type ServiceDefinition } from '../../../../src/compose/index.ts';

type Case = [what: string, base: ServiceDefinition, over: ServiceDefinition, merged: ServiceDefinition];

/** Attributes with a map form and a list form: `environment`, `labels`, `extra_hosts`, `build.args` and so on. */
describe('mergeDefinitions: maps and their list forms', () => {
  const cases: Case[] = [
    ['maps', { environment: { A: '1', B: '2' } }, { environment: { B: '3' } }, { environment: { A: '1', B: '3' } }],
    [
      'list over map',
      { environment: { A: '1' } },
      { environment: ['A=2', 'B=x=y'] },
      { environment: { A: '2', B: 'x=y' } },
    ],
    ['map over list', { environment: ['A=1', 'C'] }, { environment: { A: '2' } }, { environment: { A: '2', C: null } }],
    ['list over list', { labels: ['a=1'] }, { labels: ['a=2', 'b'] }, { labels: { a: '2', b: null } }],
    [
      'a label with = in its value',
      { labels: {} },
      { labels: ['r.rule=Host(`a`) == b'] },
      { labels: { 'r.rule': 'Host(`a`) == b' } },
    ],
    [
      'hosts by colon',
      { extra_hosts: ['a:1.1.1.1'] },
      { extra_hosts: ['b:::1'] },
      { extra_hosts: { a: '1.1.1.1', b: '::1' } },
    ],
    ['hosts by =', { extra_hosts: { a: '1' } }, { extra_hosts: ['a=2'] }, { extra_hosts: { a: '2' } }],
    ['sysctls', { sysctls: ['a=1'] }, { sysctls: { b: 2 } }, { sysctls: { a: '1', b: 2 } }],
    [
      'build arguments',
      { build: { args: ['A=1'] } },
      { build: { args: { B: '2' } } },
      { build: { args: { A: '1', B: '2' } } },
    ],
    ['a short build', { build: './a' }, { build: { target: 'x' } }, { build: { context: './a', target: 'x' } }],
    [
      'a short build over a long one',
      { build: { context: 'a', target: 'x' } },
      { build: './b' },
      { build: { context: './b', target: 'x' } },
    ],
    [
      'deploy labels',
      { deploy: { labels: ['a=1'] } },
      { deploy: { labels: { a: '2' } } },
      { deploy: { labels: { a: '2' } } },
    ],
    [
      'a variable handed on stays handed on',
      { environment: { A: '1' } },
      { environment: { A: null } },
      { environment: { A: null } },
    ],
    [
      'an attribute without a value changes nothing',
      { environment: { A: '1' } },
      { environment: null },
      { environment: { A: '1' } },
    ],
    ['a list without a value changes nothing', { volumes: ['a:/a'] }, { volumes: null }, { volumes: ['a:/a'] }],
    ['only below', { labels: ['a=1'] }, {}, { labels: ['a=1'] }],
    ['only above', {}, { labels: ['a=1'] }, { labels: ['a=1'] }],
  ];
  it.each(cases)('%s', (_, base, over, merged) => {
    const before = structuredClone([base, over]);
    expect(mergeDefinitions(base, over)).toEqual(merged);
    expect([base, over]).toEqual(before);
  });
});
