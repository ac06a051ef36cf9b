import { describe, expect, it } from 'vitest';
import { mergeDefinitions, type ServiceDefinition } from '../../../../src/compose/index.ts';

type Case = [what: string, base: ServiceDefinition, over: ServiceDefinition, merged: ServiceDefinition];

describe('mergeDefinitions: lists', () => {
  const cases: Case[] = [
    [
      'ports are joined without repeats',
      { ports: ['80:80'] },
      { ports: ['443:443', '80:80'] },
      { ports: ['80:80', '443:443'] },
    ],
    [
      'long ports too',
      { ports: [{ target: 80 }] },
      { ports: [{ target: 80 }, { target: 81 }] },
      { ports: [{ target: 80 }, { target: 81 }] },
    ],
    ['cap_add', { cap_add: ['A'] }, { cap_add: ['B'] }, { cap_add: ['A', 'B'] }],
    ['dns, one over many', { dns: ['1.1.1.1'] }, { dns: '2.2.2.2' }, { dns: ['1.1.1.1', '2.2.2.2'] }],
    ['tmpfs, many over one', { tmpfs: '/run' }, { tmpfs: ['/tmp'] }, { tmpfs: ['/run', '/tmp'] }],
    [
      'aliases of a network',
      { networks: { b: { aliases: ['x'] } } },
      { networks: { b: { aliases: ['y'] } } },
      { networks: { b: { aliases: ['x', 'y'] } } },
    ],
    ['networks by name', { networks: ['a'] }, { networks: ['b', 'a'] }, { networks: { a: null, b: null } }],
    [
      'a network with aliases over its name',
      { networks: ['a'] },
      { networks: { a: { aliases: ['x'] } } },
      { networks: { a: { aliases: ['x'] } } },
    ],
  ];
  it.each(cases)('%s', (_, base, over, merged) => expect(mergeDefinitions(base, over)).toEqual(merged));
});

describe('mergeDefinitions: volumes and devices, by where they lie in the container', () => {
  const cases: Case[] = [
    [
      'another source for the same target',
      { volumes: ['/a:/data'] },
      { volumes: ['/b:/data:ro'] },
      { volumes: ['/b:/data:ro'] },
    ],
    ['a slash at the end', { volumes: ['/a:/data/'] }, { volumes: ['/b:/data'] }, { volumes: ['/b:/data'] }],
    ['another target', { volumes: ['/a:/x'] }, { volumes: ['/a:/y'] }, { volumes: ['/a:/x', '/a:/y'] }],
    ['an anonymous volume', { volumes: ['/data'] }, { volumes: ['/b:/data'] }, { volumes: ['/b:/data'] }],
    [
      'the long form',
      { volumes: ['/a:/data'] },
      { volumes: [{ type: 'bind', source: '/b', target: '/data' }] },
      { volumes: [{ type: 'bind', source: '/b', target: '/data' }] },
    ],
    [
      'a source with a colon in its default',
      { volumes: ['${A:-/x:y}:/data'] },
      { volumes: ['/b:/data'] },
      { volumes: ['/b:/data'] },
    ],
    ['the root', { volumes: ['/a:/'] }, { volumes: ['/b:/'] }, { volumes: ['/b:/'] }],
    ['devices', { devices: ['/dev/a:/dev/x'] }, { devices: ['/dev/b:/dev/x'] }, { devices: ['/dev/b:/dev/x'] }],
  ];
  it.each(cases)('%s', (_, base, over, merged) => expect(mergeDefinitions(base, over)).toEqual(merged));
});
