import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/shared/problem.ts';
import { codes, errorsOf, goodPlan, minimal, planFiles } from '../../support/planning.ts';
import { b2c, type FakePlugin } from '../../support/plugins.ts';

const fragment = 'services: {thing: {image: x}}\n';
const plugin = (answer: object, files = {}, name = '@team/bad'): FakePlugin => ({
  name,
  answer: { apiVersion: 1, ...answer },
  files,
});
const declaring = (name: string) => `groups: {g: {variables: {${name}: {description: d}}}}\n`;

/** What can be wrong with a plugin that only shows when its files are read together with those of others. */
const broken: [string, FakePlugin, string][] = [
  ['throws', { name: '@team/bad', failure: new Error('boom') }, 'PLUGIN_FAILED'],
  ['returns a wrong type', { name: '@team/bad', answer: 42 }, 'PLUGIN_INVALID'],
  ['lacks a folder', plugin({ fragments: 'compose' }), 'PLUGIN_FILE_MISSING'],
  ['ships invalid YAML', plugin({ fragments: 'compose' }, { 'compose/g/a.yml': 'services: [' }), 'FRAGMENT_INVALID'],
  ['declares in invalid YAML', plugin({ variables: 'v.yml' }, { 'v.yml': 'groups: [' }), 'DECLARATIONS_INVALID'],
  [
    'declares a variable badly',
    plugin({ variables: 'v.yml' }, { 'v.yml': declaring('lower') }),
    'DECLARATIONS_INVALID',
  ],
  [
    'ships a service that exists',
    plugin({ fragments: 'compose' }, { 'compose/g/a.yml': 'services: {postgres: {image: x}}' }),
    'FRAGMENT_CONFLICT',
  ],
  [
    'ships a fragment that exists',
    plugin({ fragments: 'compose' }, { 'compose/database/postgres.yml': fragment }),
    'FRAGMENT_CONFLICT',
  ],
  [
    'declares a variable that exists',
    plugin({ variables: 'v.yml' }, { 'v.yml': declaring('POSTGRES_HOST') }),
    'VARIABLE_CONFLICT',
  ],
  [
    'builds on a template that nobody ships',
    plugin({ fragments: 'compose' }, { 'compose/g/a.yml': `x-coog: {template: g/none}\n${fragment}` }),
    'TEMPLATE_MISSING',
  ],
  [
    'names a variable that nobody declares',
    plugin({ fragments: 'compose' }, { 'compose/g/a.yml': 'services: {thing: {image: "${POSTGRES_HSOT}"}}' }),
    'VARIABLE_UNDECLARED',
  ],
  [
    'names a condition that nobody declares',
    plugin({ fragments: 'compose' }, { 'compose/g/a.yml': `x-coog: {condition: NONE}\n${fragment}` }),
    'VARIABLE_UNDECLARED',
  ],
  ['is enabled by a variable that nobody declares', plugin({ enabledBy: 'NONE' }), 'VARIABLE_UNDECLARED'],
  [
    'writes into the files of the user',
    plugin({ defaults: 'd' }, { 'd/files.yml': 'files: [{to: custom/env.custom}]' }),
    'PLUGIN_FILE_INVALID',
  ],
];

const nameBad = ({ title, next }: Problem) => `${title} ${next}`.includes('@team/bad');

describe('a plugin that', () => {
  it.each(broken)('%s stops the plan by its name, and --without-plugin gets out', async (_, bad, code) => {
    const planned = await planFiles({}, { plugins: [b2c, bad] });
    expect(planned.plan).toBeUndefined();
    expect(codes(errorsOf(planned))).toEqual([code]);
    expect(planned.problems.every(nameBad)).toBe(true);
    const out = await goodPlan({}, { plugins: [b2c, bad], without: ['@team/bad'] });
    expect(out.plugins.map((p) => p.name)).toEqual(['@coog/plugin-b2c']);
    expect(out.warnings).toEqual([]);
  });

  const own = broken.filter(([, , code]) => !['TEMPLATE_MISSING', 'VARIABLE_UNDECLARED'].includes(code));
  it('all of them at once: each is named', async () => {
    const plugins = own.map(([, bad], i) => ({ ...bad, name: `bad-${i}` }));
    const { problems, plan } = await planFiles({}, { plugins });
    expect(plan).toBeUndefined();
    for (const { name } of plugins)
      expect(problems.filter((p) => p.title.includes(name)).length, name).toBeGreaterThan(0);
  });

  it('fails is not told together with what only follows from its absence', async () => {
    const files = { disabled_services: 'front/app-b2c\n', 'override.yml': 'services: {b2c-front: {labels: [a=b]}}\n' };
    const { problems } = await planFiles(files, { plugins: [{ name: '@coog/plugin-b2c', failure: new Error('no') }] });
    expect(codes(problems)).toEqual(['PLUGIN_FAILED']);
  });

  it('is left out may have names in disabled_services: the way out must not be blocked', async () => {
    const bad: FakePlugin = { name: '@team/bad', failure: new Error('no') };
    const files = { disabled_services: 'team/thing\n' };
    expect((await planFiles(files, { plugins: [] })).plan).toBeUndefined();
    const { plan, problems } = await planFiles(files, { plugins: [bad], without: ['@team/bad'] });
    expect(plan).toBeDefined();
    expect(codes(problems)).toEqual(['DISABLED_SERVICE_UNKNOWN']);
  });

  it('is named in a conflict together with the other side', async () => {
    const files = {
      'compose/g/a.yml': fragment,
      'v.yml': declaring('TEAM_X'),
      'd/files.yml': 'files: [{from: x, to: x}]',
    };
    const answer = { fragments: 'compose', variables: 'v.yml', defaults: 'd' };
    const plugins = [
      plugin(answer, { ...files, 'd/x': '1' }, '@team/one'),
      plugin(answer, { ...files, 'd/x': '2' }, '@team/two'),
    ];
    const { problems } = await planFiles({}, { plugins });
    expect(codes(problems).sort()).toEqual([
      'FRAGMENT_CONFLICT',
      'FRAGMENT_CONFLICT',
      'PLUGIN_FILE_INVALID',
      'VARIABLE_CONFLICT',
    ]);
    for (const { title, next } of problems) {
      expect(title).toContain('@team/one');
      expect(title).toContain('@team/two');
      expect(next).toMatch(/--without-plugin @team\/(one|two)$/);
    }
  });

  it('sets what nobody declares is told, and does not stop', async () => {
    const plan = await goodPlan({}, { plugins: [plugin({ values: { CUSTOM_POSTGRS_HOST: 'x' } })] });
    expect(plan.warnings).toEqual(['PLUGIN_VALUE_LOST']);
  });

  it('is for a value of B2C when B2C is not installed says nothing', async () => {
    const plan = await goodPlan({}, { plugins: [plugin({ values: { CUSTOM_IMAGE_NAME_API_B2C: 'x' } })] });
    expect(plan.warnings).toEqual([]);
  });
});

describe('what plugins hold', () => {
  const patching = (name: string, value: string): FakePlugin =>
    plugin(
      { patches: 'p', values: { CUSTOM_COOG_TIMEZONE: value } },
      { 'p/a.yml': `services: {postgres: {environment: {SHARED: "${value}"}}}` },
      name,
    );

  it('comes in their own order, whoever answers first; the user is stronger than all', async () => {
    const plugins = [patching('b', 'from-b'), patching('a', 'from-a')];
    for (const list of [plugins, plugins.toReversed()]) {
      const plan = await goodPlan({}, { plugins: list });
      const postgres = plan.services.find((s) => s.name === 'postgres');
      expect(postgres?.patchedBy).toEqual(['a', 'b']);
      expect(postgres?.definition.environment).toMatchObject({ SHARED: 'from-b' });
      expect(plan.values.get('COOG_TIMEZONE')?.value).toBe('from-b');
    }
    const env = `${minimal}CUSTOM_COOG_TIMEZONE=Asia/Tokyo\n`;
    expect((await goodPlan({ 'env.custom': env }, { plugins })).values.get('COOG_TIMEZONE')?.value).toBe('Asia/Tokyo');
  });

  it('takes part only while its switch is on; its names are known all the same', async () => {
    const files = {
      'v.yml':
        'groups: {g: {variables: {ENABLE_T: {description: d, type: boolean, set-by: [ENABLE_T], default: "0"}}}}',
      'compose/t/thing.yml': fragment,
    };
    const switched = plugin({ enabledBy: 'ENABLE_T', variables: 'v.yml', fragments: 'compose' }, files, '@team/t');
    const off = await goodPlan({ disabled_services: 't/thing\n' }, { plugins: [switched] });
    expect(off.plugins).toEqual([]);
    const on = await goodPlan({ 'env.custom': `${minimal}ENABLE_T=1\n` }, { plugins: [switched] });
    expect(on.services.map((s) => s.name)).toContain('thing');
  });
});
