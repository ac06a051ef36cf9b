import { describe, expect, it } from 'vitest';
import { taskMoments } from '../../../src/extension/index.ts';
import { validateExtension } from '../../../src/extension/validate.ts';

const contributor = { name: '@team/plugin', version: '1.2.3', root: '/plugin' };
const cli = { version: '0.1.0', satisfies: () => true as boolean | undefined };
const judge = (answer: unknown, satisfies: () => boolean | undefined = () => true) =>
  validateExtension(answer, contributor, { ...cli, satisfies });

const database = { name: '${POSTGRES_B2C_DB}', kind: 'postgresql', description: 'd', clients: ['b2c-back'] };
const task = { id: 'a', moment: 'prepare', title: 'b', module: 'c.js' };

describe('validateExtension', () => {
  const accepted: [string, unknown][] = [
    ['cli', '>=0.1.0'],
    ['after', ['@coog/plugin-b2c']],
    ['before', []],
    ['enabledBy', 'ENABLE_X'],
    ['fragments', 'compose'],
    ['fragments', './a/../compose'],
    ['patches', 'patches'],
    ['variables', 'variables.yml'],
    ['values', { A: 'b', C: '' }],
    ['defaults', 'defaults'],
    ['disables', ['a/b', { fragment: 'c/d', when: 'SWITCH' }]],
    ['tasks', [{ id: 'a', moment: 'prepare', title: 'b', module: 'dist/c.js' }]],
    ...taskMoments.map((moment): [string, unknown] => [
      'tasks',
      [{ id: 'a', moment, title: 'b', module: 'dist/c.js' }],
    ]),
    ['checks', [{ id: 'disk-space', title: 'the disk', module: 'dist/c.js' }]],
    ['statusRows', [{ id: 'queue', module: 'dist/rows.js' }]],
    ['databases', [database]],
    ['databases', [{ ...database, server: { host: '${H}', port: '${P}', user: '${U}', password: '${W}' } }]],
    ['anonymisationRules', 'rules'],
    ['cli', undefined],
  ];
  it.each(accepted)('accepts %s: %j', (key, value) => {
    const { extension, problems } = judge({ apiVersion: 1, [key]: value });
    expect(problems).toEqual([]);
    expect(extension).toMatchObject({ apiVersion: 1 });
  });

  const refused: [string, unknown][] = [
    ['cli', 1],
    ['cli', ''],
    ['after', '@coog/plugin-b2c'],
    ['after', ['']],
    ['before', [1]],
    ['enabledBy', true],
    ['enabledBy', 'enable x'],
    ['fragments', '/etc'],
    ['fragments', '..'],
    ['fragments', 'a/../../b'],
    ['fragments', ''],
    ['fragments', ['compose']],
    ['patches', '../patches'],
    ['variables', '../variables.yml'],
    ['values', { A: 1 }],
    ['values', ['A=1']],
    ['defaults', '/defaults'],
    ['disables', 'a/b'],
    ['disables', [{ fragment: 'c/d' }]],
    ['tasks', [{ id: 'a', moment: 'never', title: 'b', module: 'c.js' }]],
    ['tasks', [{ id: 'a', moment: 'prepare', title: 'b', module: '../c.js' }]],
    ['tasks', [{ id: 'a', moment: 'prepare', module: 'c.js' }]],
    ['tasks', {}],
    ['tasks', [task, task]],
    ['tasks', [{ ...task, id: 'not a name' }]],
    ['tasks', [{ ...task, titel: 'b' }]],
    ['checks', [{ id: 'a', title: 'b' }]],
    ['checks', [{ id: 'a', title: 'b', module: '/c.js' }]],
    ['checks', [null]],
    ['statusRows', [{ id: 'a' }]],
    ['statusRows', [{ id: 'a', module: '../../c.js' }]],
    ['databases', [{ ...database, kind: 'oracle' }]],
    ['databases', [{ ...database, clients: 'b2c-back' }]],
    ['databases', [{ ...database, name: '' }]],
    ['databases', [{ ...database, server: { host: '${H}' } }]],
    ['anonymisationRules', '../rules'],
    ['fragmets', 'compose'],
    ['toString', 'x'],
  ];
  it.each(refused)('refuses %s: %j by the name of the plugin and of the property', (key, value) => {
    const { extension, problems } = judge({ apiVersion: 1, [key]: value });
    expect(extension).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'PLUGIN_INVALID', place: { file: '/plugin' } });
    expect(problems[0]?.title).toContain('@team/plugin 1.2.3');
    expect(problems[0]?.title).toContain(`"${key}"`);
    expect(problems[0]?.next).toContain('--without-plugin @team/plugin');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'compose'],
    ['a list', []],
    ['no apiVersion', {}],
    ['a text as apiVersion', { apiVersion: '1' }],
    ['a fraction as apiVersion', { apiVersion: 1.5 }],
    ['apiVersion 0', { apiVersion: 0 }],
    ['a function in it', { apiVersion: 1, values: { A: () => 'x' } }],
    [
      'a property that throws',
      {
        get apiVersion(): number {
          throw new Error('not today');
        },
      },
    ],
  ])('refuses %s', (_, answer) => {
    const { extension, problems } = judge(answer);
    expect(extension).toBeUndefined();
    expect(problems.map((p) => p.code)).toEqual(['PLUGIN_INVALID']);
  });

  it('tells everything that is wrong at once', () => {
    expect(judge({ apiVersion: 1, after: 'x', before: 'y', nonsense: 1 }).problems).toHaveLength(3);
  });

  it('refuses a plugin made for a newer contract, without judging what it cannot know', () => {
    const { problems } = judge({ apiVersion: 2, somethingNew: true });
    expect(problems.map((p) => p.code)).toEqual(['PLUGIN_API_NEWER']);
  });

  it('tells a range that is none from one that this version is outside of', () => {
    expect(judge({ apiVersion: 1, cli: 'latest-ish' }, () => undefined).problems[0]?.code).toBe('PLUGIN_INVALID');
    expect(judge({ apiVersion: 1, cli: '>=2' }, () => false).problems[0]?.code).toBe('PLUGIN_VERSION');
  });

  it('hands out a copy: what the plugin does to its object afterwards changes nothing', () => {
    const mine = { apiVersion: 1, values: { A: 'first' }, after: ['x'] };
    const { extension } = judge(mine);
    mine.values.A = 'second';
    mine.after.push('y');
    expect(extension).toEqual({ apiVersion: 1, values: { A: 'first' }, after: ['x'] });
    expect(() => Object.assign(extension?.values ?? {}, { A: 'third' })).toThrow(TypeError);
  });
});
