import { describe, expect, it } from 'vitest';
import { parseFragment, parsePatch, parseUserFile } from '../../../src/compose/index.ts';

const shipped = (content: string) => ({ name: 'group/a', path: '/p/group/a.yml', content, owner: '@team/plugin' });
const service = 'services:\n  a:\n    image: x\n';

describe('parseFragment', () => {
  it.each([
    ['invalid YAML', 'services:\n  a:\n   b: [\n', /line 3|flow|\[/i],
    ['a key twice', 'services:\n  a: {image: x}\n  a: {image: y}\n', /unique/i],
    ['an alias without an anchor', 'services:\n  a: {image: *nothing}\n', /alias/i],
    ['nothing', '', /no compose file/],
    ['a list', '- a', /no compose file/],
    ['no service', 'volumes: {}', /must define one service, it defines 0/],
    ['two services', 'services: {a: {image: x}, b: {image: y}}', /must define one service, it defines 2/],
    ['a service in a foundation', `x-coog: {role: foundation}\n${service}`, /no service, it defines 1/],
    ['a service that is text', 'services: {a: x}', /service a must be a map/],
    ['secrets, which would be lost', `${service}secrets: {s: {file: ./s}}\n`, /"secrets" is not taken over/],
    ['a note that is none', `x-coog: {templat: a/b}\n${service}`, /no property "templat"/],
    ['a role that is none', `x-coog: {role: tempalte}\n${service}`, /"role" of x-coog must be/],
    ['a condition that is no name', `x-coog: {condition: true}\n${service}`, /"condition" of x-coog must be/],
    ['urls that are text', `x-coog: {urls: "http://x"}\n${service}`, /"urls" of x-coog must be/],
    ['one-shot that is text', `x-coog: {one-shot: "yes"}\n${service}`, /"one-shot" of x-coog must be/],
    ['notes that are a list', `x-coog: [a]\n${service}`, /x-coog must be a map/],
  ])('refuses %s by the name of the plugin', (_, content, title) => {
    const { fragment, problems } = parseFragment(shipped(content));
    expect(fragment).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'FRAGMENT_INVALID', place: { file: '/p/group/a.yml' } }]);
    expect(problems[0]?.title).toMatch(/^@team\/plugin: fragment group\/a: /);
    expect(problems[0]?.title).toMatch(title);
    expect(problems[0]?.next).toContain('--without-plugin @team/plugin');
  });

  it('resolves anchors, aliases and merge keys', () => {
    const content = 'x-base: &base {image: x, restart: always}\nservices:\n  a:\n    <<: *base\n    restart: "no"\n';
    expect(parseFragment(shipped(content)).fragment?.service).toEqual({
      name: 'a',
      definition: { image: 'x', restart: 'no' },
    });
  });

  it('knows the line of what YAML cannot read', () => {
    expect(parseFragment(shipped('services:\n  a:\n    image: "x\n')).problems[0]?.place?.line).toBeGreaterThan(1);
  });
});

describe('parsePatch', () => {
  it.each([
    ['invalid YAML', 'services: ['],
    ['no services', 'volumes: {}'],
    ['a service that is a list', 'services: {a: [x]}'],
    ['a note that is none', 'x-coog: {conditon: X}\nservices: {a: {image: x}}'],
  ])('refuses %s by the name of the plugin, with a way out', (_, content) => {
    const { patch, problems } = parsePatch(shipped(content));
    expect(patch).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'FRAGMENT_INVALID', next: expect.stringContaining('--without-plugin') }]);
  });
});

describe('parseUserFile', () => {
  const parse = (content: string) => parseUserFile('override.yml', content);

  it('resolves merge keys and aliases from outside of services', () => {
    const { file } = parse('x-b: &b {image: x}\nservices:\n  a:\n    <<: *b\n  c: *b\n');
    expect(file?.services).toEqual({ a: { image: 'x' }, c: { image: 'x' } });
  });

  it('accepts what only Compose knows', () => {
    const { file, problems } = parse('services:\n  a:\n    ports: !reset []\n    labels: !override {x: y}\n');
    expect(problems).toEqual([]);
    expect(Object.keys(file?.services ?? {})).toEqual(['a']);
  });

  it('knows where each service begins, with Windows line ends too', () => {
    const { file } = parse('services:\r\n  a:\r\n    image: x\r\n\r\n  b: {image: y}\r\n');
    expect([...(file?.places ?? [])].map(([name, place]) => [name, place.line])).toEqual([
      ['a', 2],
      ['b', 5],
    ]);
  });

  it.each(['', '\n\n', '# everything is commented out\n#services:\n', '---\n'])(
    'leaves out a file without content: %j',
    (content) => expect(parse(content)).toEqual({ problems: [] }),
  );

  it.each([
    ['- a\n', 'it is no map', 1],
    ['x-a: 1\nservices:\n', '"services" must be a map', 2],
    ['services:\n  a: x\n', 'the service a must be a map', 2],
    ['services:\n  a:\n\timage: x\n', '', 3],
  ])('refuses %j with its line', (content, title, line) => {
    const { problems } = parse(content);
    expect(problems).toMatchObject([{ code: 'USER_FILE_INVALID', place: { file: 'override.yml', line } }]);
    expect(problems[0]?.title).toContain(title);
  });

  it('finds references and names that are handed on', () => {
    const { file } = parse(
      [
        'services:',
        '  a:',
        '    image: ${A}:$B',
        '    # ${COMMENT}',
        '    command: $$NOT ${C:-c} ${D:?}',
        '    environment: [E, F=1]',
        '    build: {args: {G: }}',
      ].join('\n'),
    );
    const required = file?.references.filter((r) => !r.optional).map((r) => [r.name, r.place.line]);
    expect(required).toEqual([
      ['A', 3],
      ['B', 3],
      ['D', 5],
    ]);
    expect(file?.references.filter((r) => r.optional).map((r) => r.name)).toEqual(['C', 'E', 'G']);
  });
});
