import { describe, expect, it } from 'vitest';
import { mergeDefinitions, type ServiceDefinition } from '../../../../src/compose/index.ts';

type Case = [what: string, base: ServiceDefinition, over: ServiceDefinition, merged: ServiceDefinition];

describe('mergeDefinitions: what is replaced as a whole', () => {
  const cases: Case[] = [
    ['texts', { image: 'a', restart: 'no' }, { image: 'b' }, { image: 'b', restart: 'no' }],
    ['command', { command: ['a', 'b'] }, { command: ['c'] }, { command: ['c'] }],
    ['command, emptied', { command: ['a'] }, { command: [] }, { command: [] }],
    ['entrypoint', { entrypoint: ['a'] }, { entrypoint: 'b' }, { entrypoint: 'b' }],
    ['env_file', { env_file: ['a', 'b'] }, { env_file: ['c'] }, { env_file: ['c'] }],
    [
      'the test of a health check',
      { healthcheck: { test: ['CMD', 'a'], retries: 3 } },
      { healthcheck: { test: ['CMD', 'b'] } },
      { healthcheck: { test: ['CMD', 'b'], retries: 3 } },
    ],
    [
      'command of something else is no command',
      { x: { command: ['a'] } },
      { x: { command: ['b'] } },
      { x: { command: ['a', 'b'] } },
    ],
  ];
  it.each(cases)('%s', (_, base, over, merged) => expect(mergeDefinitions(base, over)).toEqual(merged));
});

describe('mergeDefinitions: logging', () => {
  const local = { logging: { driver: 'local', options: { 'max-size': '100m' } } };
  const cases: Case[] = [
    [
      'the options of another driver are not kept',
      local,
      { logging: { driver: 'syslog' } },
      { logging: { driver: 'syslog' } },
    ],
    [
      'the same driver merges',
      local,
      { logging: { driver: 'local', options: { 'max-file': '9' } } },
      { logging: { driver: 'local', options: { 'max-size': '100m', 'max-file': '9' } } },
    ],
    [
      'options alone merge',
      local,
      { logging: { options: { 'max-size': '1m' } } },
      { logging: { driver: 'local', options: { 'max-size': '1m' } } },
    ],
  ];
  it.each(cases)('%s', (_, base, over, merged) => expect(mergeDefinitions(base, over)).toEqual(merged));
});

describe('mergeDefinitions: depends_on', () => {
  const cases: Case[] = [
    [
      'the short form waits for the start',
      { depends_on: {} },
      { depends_on: ['a'] },
      { depends_on: { a: { condition: 'service_started' } } },
    ],
    [
      'another condition wins',
      { depends_on: { a: { condition: 'service_started' } } },
      { depends_on: { a: { condition: 'service_healthy' } } },
      { depends_on: { a: { condition: 'service_healthy' } } },
    ],
    [
      'both are kept',
      { depends_on: ['a'] },
      { depends_on: { b: { condition: 'service_healthy' } } },
      { depends_on: { a: { condition: 'service_started' }, b: { condition: 'service_healthy' } } },
    ],
  ];
  it.each(cases)('%s', (_, base, over, merged) => expect(mergeDefinitions(base, over)).toEqual(merged));
});
