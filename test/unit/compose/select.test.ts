import { describe, expect, it } from 'vitest';
import { parseFragment, parsePatch, type SelectInput, selectServices } from '../../../src/compose/index.ts';

const checked = 'healthcheck: {test: [CMD, x]}';
const fragment = (name: string, content: string, owner = 'core') => {
  const { fragment: parsed, problems } = parseFragment({ name, path: `/${owner}/${name}.yml`, content, owner });
  if (!parsed) throw new Error(problems[0]?.title);
  return parsed;
};
const service = (name: string, body = checked, owner?: string, notes = '{}') =>
  fragment(
    `g/${name}`,
    `x-coog: ${notes}\nservices:\n  ${name}:\n    image: x\n    ${body.replaceAll('\n', '\n    ')}\n`,
    owner,
  );
const patch = (content: string, owner = 'plugin') => {
  const { patch: parsed, problems } = parsePatch({ name: 'p', path: '/p.yml', content, owner });
  if (!parsed) throw new Error(problems[0]?.title);
  return parsed;
};
const select = (input: Partial<SelectInput>, values: Record<string, string> = {}) =>
  selectServices({
    fragments: [],
    patches: [],
    disabled: new Set(),
    replaced: new Set(),
    userServices: {},
    userTemplates: {},
    isOn: (name) => values[name] === '1',
    value: (name) => values[name] ?? '',
    ...input,
  });
const waits = (selection: ReturnType<typeof select>, name: string) =>
  selection.services.find((s) => s.name === name)?.definition.depends_on;
const wait = (on: string, condition: string) => `depends_on: {${on}: {condition: service_${condition}}}\n${checked}`;

describe('selectServices: what takes part', () => {
  it('leaves out what is disabled, replaced, or switched off', () => {
    const fragments = ['a', 'b', 'c'].map((name) => service(name));
    const conditional = service('d', checked, 'core', '{condition: D}');
    const input = { fragments: [...fragments, conditional], disabled: new Set(['g/a']), replaced: new Set(['g/b']) };
    expect(select(input).services.map((s) => s.name)).toEqual(['c']);
    expect(select(input, { D: '1' }).services.map((s) => s.name)).toEqual(['c', 'd']);
  });

  it('leaves out what stands only with a fragment that takes no part, whatever the reason', () => {
    const helper = service('helper', checked, 'core', '{only-with: g/main}');
    const main = service('main', checked, 'core', '{condition: M}');
    const taking = (input: Partial<SelectInput>, values = { M: '1' }) =>
      select({ fragments: [helper, main], ...input }, values).services.map((s) => s.name);
    expect(taking({})).toEqual(['helper', 'main']);
    expect(taking({}, { M: '0' })).toEqual([]);
    expect(taking({ disabled: new Set(['g/main']) })).toEqual([]);
    expect(taking({ replaced: new Set(['g/main']) })).toEqual([]);
    expect(taking({ fragments: [helper] })).toEqual([]);
  });

  it('keeps the networks that a service is on, the user’s too, and the volumes of what takes part', () => {
    const fragments = [
      fragment('networks', 'x-coog: {role: foundation}\nnetworks: {backend: {}, theirs: {}, nobodys: {}}'),
      fragment('g/a', 'services: {a: {image: x, networks: [backend]}}\nvolumes: {a-data: {}}\n'),
      fragment('g/b', 'services: {b: {image: x}}\nvolumes: {b-data: {}}\n'),
    ];
    const userServices = { own: { image: 'x', networks: { theirs: null } } };
    const selection = select({ fragments, userServices, disabled: new Set(['g/b']) });
    expect(selection.networks).toEqual({ backend: {}, theirs: {} });
    expect(selection.volumes).toEqual({ 'a-data': {} });
  });
});

describe('selectServices: templates', () => {
  const template = fragment(
    'g/common',
    'x-coog: {role: template}\nservices: {common: {image: x, environment: {A: "1", B: "1"}}}',
  );
  const user = (of: string) =>
    fragment('g/a', `x-coog: {template: ${of}}\nservices: {a: {environment: {B: "2"}}}`, 'plugin');

  it('lays the service over its template; the template is no service', () => {
    const { services } = select({ fragments: [template, user('g/common')] });
    expect(services.map((s) => [s.name, s.definition])).toEqual([
      ['a', { image: 'x', environment: { A: '1', B: '2' } }],
    ]);
  });

  it('builds templates on templates', () => {
    const middle = fragment(
      'g/mid',
      'x-coog: {role: template, template: g/common}\nservices: {mid: {user: "1", environment: {A: "3"}}}',
    );
    const [only] = select({ fragments: [user('g/mid'), middle, template] }).services;
    expect(only?.definition).toEqual({ image: 'x', user: '1', environment: { A: '3', B: '2' } });
  });

  it("takes the user's own version of a template", () => {
    const { services } = select({
      fragments: [template, user('g/common')],
      replaced: new Set(['g/common']),
      userTemplates: { 'g/common': { image: 'mine' } },
    });
    expect(services[0]?.definition).toEqual({ image: 'mine', environment: { B: '2' } });
  });

  it.each([
    ['that nobody ships', [user('g/none')], /plugin: fragment g\/a builds on the template g\/none/],
    [
      'that builds on itself',
      [user('g/mid'), fragment('g/mid', 'x-coog: {role: template, template: g/mid}\nservices: {m: {}}', 'plugin')],
      /builds on itself/,
    ],
  ])('names a template %s', (_, fragments, title) => {
    const { problems } = select({ fragments });
    expect(problems.map((p) => p.code)).toContain('TEMPLATE_MISSING');
    expect(problems[0]?.title).toMatch(title);
  });
});

describe('selectServices: patches', () => {
  it('applies them in order, says who changed a service, and leaves others alone', () => {
    const patches = [
      patch('services: {a: {environment: {X: "1"}}}', 'p1'),
      patch('services: {a: {environment: {X: "2", Y: "2"}}, nobody: {image: z}}', 'p2'),
    ];
    const { services } = select({ fragments: [service('a'), service('b')], patches });
    expect(services.map((s) => s.patchedBy)).toEqual([['p1', 'p2'], []]);
    expect(services[0]?.definition.environment).toEqual({ X: '2', Y: '2' });
    expect(services[1]?.definition).not.toHaveProperty('environment');
  });

  it('does not change what the fragments of others hold', () => {
    const shared = service('a', 'environment: {X: "0"}');
    const before = structuredClone(shared);
    select({ fragments: [shared], patches: [patch('services: {a: {environment: {X: "1"}}}')] });
    expect(shared).toEqual(before);
  });
});

describe('selectServices: waits', () => {
  it('replaces the wait for a disabled service by its own waits, a patched one too', () => {
    const fragments = [
      service('a', wait('b', 'healthy')),
      service('b'),
      service('c', wait('d', 'healthy')),
      service('d'),
    ];
    const patches = [patch('services: {b: {depends_on: {c: {condition: service_healthy}}}}')];
    const selection = select({ fragments, patches, disabled: new Set(['g/b', 'g/c']) });
    expect(waits(selection, 'a')).toEqual({ d: { condition: 'service_healthy' } });
  });

  it('has no wait on a bundled server when another host is named, while the server stays', () => {
    const bundled = service('pg', checked, 'core', '{bundled: PG_HOST}');
    const fragments = [
      bundled,
      service('init', wait('pg', 'healthy'), 'core', '{one-shot: true}'),
      service('a', wait('init', 'completed_successfully')),
    ];
    const inside = select({ fragments }, { PG_HOST: 'pg' });
    expect(waits(inside, 'init')).toEqual({ pg: { condition: 'service_healthy' } });
    const outside = select({ fragments }, { PG_HOST: 'db.example.org' });
    expect(waits(outside, 'init')).toBeUndefined();
    expect(waits(outside, 'a')).toEqual({ init: { condition: 'service_completed_successfully' } });
    expect(outside.services.map((s) => s.name)).toEqual(['a', 'init', 'pg']);
  });

  it.each([
    ['none', { image: 'mine' }, 'service_started'],
    ['one', { image: 'mine', healthcheck: { test: ['CMD', 'x'] } }, 'service_healthy'],
    ['a disabled one', { image: 'mine', healthcheck: { disable: true } }, 'service_started'],
  ])("waits for a user's replacement as its health check allows: %s", (_, own, condition) => {
    const fragments = [service('a', wait('b', 'healthy')), service('b')];
    const selection = select({ fragments, replaced: new Set(['g/b']), userServices: { b: own } });
    expect(waits(selection, 'a')).toEqual({ b: { condition } });
  });

  it('does not wait for health where an override turns the check of a shipped service off', () => {
    const fragments = [service('a', wait('b', 'healthy')), service('b')];
    const selection = select({ fragments, userServices: { b: { healthcheck: { disable: true } } } });
    expect(waits(selection, 'a')).toEqual({ b: { condition: 'service_started' } });
  });

  it('does not take a mere change of an absent service for the service', () => {
    const fragments = [service('a', wait('b', 'healthy')), service('b')];
    const selection = select({ fragments, disabled: new Set(['g/b']), userServices: { b: { labels: ['x=y'] } } });
    expect(waits(selection, 'a')).toBeUndefined();
  });

  it('keeps a short depends_on, and makes it wait for health', () => {
    const selection = select({ fragments: [service('a', 'depends_on: [b]'), service('b')] });
    expect(waits(selection, 'a')).toEqual({ b: { condition: 'service_healthy' } });
  });

  it('names services that wait for each other, and who ships them', () => {
    const fragments = [service('a', wait('b', 'healthy')), service('b', wait('a', 'healthy'), '@team/plugin')];
    const { problems } = select({ fragments });
    expect(problems).toMatchObject([{ code: 'WAIT_CYCLE', title: 'services wait for each other: a → b → a' }]);
    expect(problems[0]?.next).toContain('--without-plugin @team/plugin');
  });
});

describe('selectServices: conflicts name both sides', () => {
  it.each([
    ['a fragment', [service('a'), fragment('g/a', 'services: {b: {image: x}}', 'other')], 'the fragment g/a'],
    ['a service', [service('a'), fragment('h/x', 'services: {a: {image: x}}', 'other')], 'the service a'],
    [
      'a network',
      [
        fragment('n', 'x-coog: {role: foundation}\nnetworks: {b: {driver: x}}'),
        fragment('m', 'x-coog: {role: foundation}\nnetworks: {b: {}}', 'other'),
      ],
      'the network b',
    ],
    [
      'a volume',
      [
        fragment('g/a', 'services: {a: {image: x}}\nvolumes: {v: }'),
        fragment('g/b', 'services: {b: {image: x}}\nvolumes: {v: {external: true}}', 'other'),
      ],
      'the volume v',
    ],
  ])('%s', (_, fragments, what) => {
    const { problems } = select({ fragments });
    expect(problems.map((p) => p.title)).toEqual([`other and core both define ${what}`]);
    expect(problems[0]?.next).toContain('--without-plugin other');
  });

  it('lets two use one volume of the same content', () => {
    const fragments = ['a', 'b'].map((n) => fragment(`g/${n}`, `services: {${n}: {image: x}}\nvolumes: {v: {}}`));
    expect(select({ fragments }).problems).toEqual([]);
  });
});
