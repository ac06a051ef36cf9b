import { describe, expect, it } from 'vitest';
import { gatherExtensions } from '../../../src/extension/index.ts';
import { core, type FakePlugin, fakeHook } from '../../support/plugins.ts';

const gather = async (plugins: readonly FakePlugin[], options: { without?: string[]; coreAt?: number } = {}) =>
  gatherExtensions({
    runHook: await fakeHook(plugins, options.coreAt),
    cli: core,
    without: new Set(options.without ?? []),
  });

const good = (name: string): FakePlugin => ({ name, answer: { apiVersion: 1 } });
const names = ({ registrations }: Awaited<ReturnType<typeof gather>>) => registrations.map((r) => r.contributor.name);

describe('gatherExtensions', () => {
  const broken: [string, FakePlugin, string][] = [
    ['throws', { name: 'bad', failure: new Error('no network\nat x.js:1') }, 'PLUGIN_FAILED'],
    ['throws a text', { name: 'bad', failure: 'no network' }, 'PLUGIN_FAILED'],
    ['throws nothing', { name: 'bad', failure: undefined }, 'PLUGIN_FAILED'],
    ['throws null', { name: 'bad', failure: null }, 'PLUGIN_FAILED'],
    ['answers with a text', { name: 'bad', answer: 'compose' }, 'PLUGIN_INVALID'],
    ['answers nothing', { name: 'bad', answer: undefined }, 'PLUGIN_INVALID'],
    ['is made for a newer contract', { name: 'bad', answer: { apiVersion: 99 } }, 'PLUGIN_API_NEWER'],
    ['has a range that is none', { name: 'bad', answer: { apiVersion: 1, cli: 'newest' } }, 'PLUGIN_INVALID'],
    ['needs a newer coog', { name: 'bad', answer: { apiVersion: 1, cli: '>=5' } }, 'PLUGIN_VERSION'],
    ['wants to come after itself', { name: 'bad', answer: { apiVersion: 1, after: ['bad'] } }, 'PLUGIN_ORDER_CYCLE'],
  ];
  it.each(broken)('names a plugin that %s, and --without-plugin gets out', async (_, plugin, code) => {
    const told = await gather([good('fine'), plugin]);
    expect(told.problems.map((p) => p.code)).toEqual([code]);
    expect(told.problems[0]?.title).toMatch(/\bbad\b/);
    expect(told.problems[0]?.title).not.toContain('\n');
    expect(`${told.problems[0]?.title} ${told.problems[0]?.next}`).toContain('bad');
    const out = await gather([good('fine'), plugin], { without: ['bad'] });
    expect(out.problems).toEqual([]);
    expect(names(out)).toEqual(['@coog/cli', 'fine']);
  });

  it('tells all broken plugins at once', async () => {
    const { problems } = await gather(broken.slice(0, 9).map(([, plugin], i) => ({ ...plugin, name: `bad-${i}` })));
    expect(problems).toHaveLength(9);
    for (let i = 0; i < 9; i++) expect(problems.filter((p) => p.title.includes(`bad-${i} `))).toHaveLength(1);
  });

  it('refuses a plugin that answers twice: half of it would be lost', async () => {
    const { problems } = await gather([good('twice'), good('twice')]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'PLUGIN_FAILED' });
    expect(problems[0]?.title).toContain('twice 1.0.0');
  });

  it.each([0, 1, 2, 3])('has one order, whoever answers first (the core at %i)', async (coreAt) => {
    const plugins = [good('c'), good('a'), { name: 'b', answer: { apiVersion: 1, before: ['a'] } }];
    for (const list of [plugins, plugins.toReversed(), [...plugins.slice(1), ...plugins.slice(0, 1)]])
      expect(names(await gather(list, { coreAt }))).toEqual(['@coog/cli', 'b', 'a', 'c']);
  });

  it('orders the problems alike, whoever fails first', async () => {
    const plugins = ['x', 'y', 'z'].map((name) => ({ name, failure: new Error('no') }));
    const told = await gather(plugins);
    expect((await gather(plugins.toReversed())).problems.map((p) => p.title)).toEqual(
      told.problems.map((p) => p.title),
    );
  });

  it('names a plugin that has the hook and does not answer: oclif passes over a module without a function', async () => {
    const silent = { name: 'mute', version: '2.0.0', root: '/mute' };
    const input = { runHook: await fakeHook([good('p')]), cli: core, registering: [silent, core] };
    const { problems } = await gatherExtensions({ ...input, without: new Set() });
    expect(problems).toMatchObject([{ code: 'PLUGIN_FAILED', place: { file: '/mute' } }]);
    expect(problems[0]?.title).toContain('mute 2.0.0');
    expect((await gatherExtensions({ ...input, without: new Set(['mute']) })).problems).toEqual([]);
  });

  it('accepts a pre-release of coog where its release fits', async () => {
    const cli = { ...core, version: '0.2.0-beta.1' };
    const runHook = await fakeHook([{ name: 'p', answer: { apiVersion: 1, cli: '>=0.1.0 <1' } }]);
    expect((await gatherExtensions({ runHook, cli, without: new Set() })).problems).toEqual([]);
  });

  it('does not leave the core out, and says so', async () => {
    const told = await gather([good('p')], { without: ['@coog/cli'] });
    expect(names(told)).toEqual(['@coog/cli', 'p']);
    expect(told.problems).toMatchObject([{ code: 'PLUGIN_UNKNOWN', severity: 'warning' }]);
  });

  it.each([
    ['@coog/plugin-b2b', 'did you mean @coog/plugin-b2c?'],
    ['b2c', 'did you mean @coog/plugin-b2c?'],
    ['something-else', 'coog plugins lists the plugins'],
  ])('warns of --without-plugin %s, which leaves nothing out', async (name, next) => {
    const { problems } = await gather([good('@coog/plugin-b2c')], { without: [name] });
    expect(problems).toMatchObject([{ code: 'PLUGIN_UNKNOWN', severity: 'warning', next }]);
  });

  it('asks every plugin with a time limit and with its errors caught', async () => {
    const runHook = await fakeHook([]);
    const asked: unknown[][] = [];
    const recording: typeof runHook = (...a) => {
      asked.push(a);
      return runHook(...a);
    };
    await gatherExtensions({ cli: core, without: new Set(), runHook: recording });
    expect(asked).toEqual([['coog:extension', {}, 3000, true]]);
  });
});
