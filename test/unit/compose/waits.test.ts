import { describe, expect, it } from 'vitest';
import { findCircle, hasCheck, keepWaits, type WaitState, type Waits } from '../../../src/compose/waits.ts';

const on = (condition: string) => ({ condition: `service_${condition}` });
type Graph = Record<string, Waits>;

const kept = (graph: Graph, states: Record<string, WaitState>, service = 'a') =>
  keepWaits(
    service,
    (name) => graph[name] ?? {},
    (name) => states[name] ?? 'absent',
  );

describe('keepWaits', () => {
  const cases: [string, Graph, Record<string, WaitState>, Waits][] = [
    ['a wait for a checked service', { a: { b: on('healthy') } }, { b: 'checked' }, { b: on('healthy') }],
    ['a mere start becomes healthy', { a: { b: on('started') } }, { b: 'checked' }, { b: on('healthy') }],
    [
      'a mere start of one that ends becomes its end',
      { a: { b: on('started') } },
      { b: 'ends' },
      { b: on('completed_successfully') },
    ],
    [
      'healthy of one that ends becomes its end',
      { a: { b: on('healthy') } },
      { b: 'ends' },
      { b: on('completed_successfully') },
    ],
    [
      'without a check only the start can be waited for',
      { a: { b: on('healthy') } },
      { b: 'unchecked' },
      { b: on('started') },
    ],
    ['an absent service', { a: { b: on('healthy') } }, {}, {}],
    [
      'an absent service hands its waits on',
      { a: { b: on('healthy') }, b: { c: on('completed_successfully') } },
      { c: 'ends' },
      { c: on('completed_successfully') },
    ],
    [
      'over two absent ones',
      { a: { b: on('healthy') }, b: { c: on('healthy') }, c: { d: on('healthy') } },
      { d: 'checked' },
      { d: on('healthy') },
    ],
    [
      'its own wait is stronger than one taken over',
      { a: { x: on('healthy'), b: on('completed_successfully') }, x: { b: on('healthy') } },
      { b: 'checked' },
      { b: on('completed_successfully') },
    ],
    [
      'its own wait is stronger, listed last too',
      { a: { b: on('completed_successfully'), x: on('healthy') }, x: { b: on('healthy') } },
      { b: 'checked' },
      { b: on('completed_successfully') },
    ],
    ['never for itself', { a: { b: on('healthy') }, b: { a: on('healthy') } }, { a: 'checked' }, {}],
    [
      'absent ones in a circle end',
      { a: { b: on('healthy') }, b: { c: on('healthy') }, c: { b: on('healthy'), d: on('healthy') } },
      { d: 'checked' },
      { d: on('healthy') },
    ],
  ];
  it.each(cases)('%s', (_, graph, states, expected) => expect(kept(graph, states)).toEqual(expected));

  it('keeps what else stands at a wait', () => {
    const wait = { condition: 'service_healthy', restart: true };
    expect(kept({ a: { b: wait } }, { b: 'checked' })).toEqual({ b: wait });
    expect(kept({ a: { b: wait } }, { b: 'unchecked' })).toEqual({ b: { ...wait, condition: 'service_started' } });
  });
});

describe('hasCheck', () => {
  it.each([
    [{ healthcheck: { test: ['CMD', 'x'] } }, true],
    [{ healthcheck: { interval: '5s' } }, true],
    [{ healthcheck: { test: 'curl x' } }, true],
    [{}, false],
    [{ healthcheck: { disable: true } }, false],
    [{ healthcheck: { test: ['NONE'] } }, false],
    [{ healthcheck: { test: 'NONE' } }, false],
    [{ healthcheck: null }, false],
  ])('%j: %s', (definition, expected) => expect(hasCheck(definition)).toBe(expected));
});

describe('findCircle', () => {
  const graph = (edges: Record<string, string[]>) =>
    new Map(
      Object.entries(edges).map(([name, list]) => [name, Object.fromEntries(list.map((l) => [l, on('healthy')]))]),
    );
  it.each([
    [{ a: ['b'], b: ['c'], c: [] }, undefined],
    [{ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, undefined],
    [{ a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    [{ a: ['b'], b: ['c'], c: ['b'] }, ['b', 'c', 'b']],
    [{ a: [], b: ['b'] }, ['b', 'b']],
    [{ a: ['missing'] }, undefined],
  ])('%j: %j', (edges, expected) => expect(findCircle(graph(edges))).toEqual(expected));
});
