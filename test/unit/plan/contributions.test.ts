import { describe, expect, it } from 'vitest';
import { serverSettings } from '../../../src/database/server/settings.ts';
import { codes, errorsOf, goodPlan, planFiles } from '../../support/planning.ts';
import type { FakePlugin } from '../../support/plugins.ts';

const variables = `groups:
  shop:
    title: Shop
    variables:
      SHOP_DB: {description: d, set-by: [SHOP_DB], default: 'shop'}
      SHOP_HOST: {description: d, set-by: [SHOP_HOST], default: '\${POSTGRES_HOST}'}
      SHOP_PASSWORD: {description: d, secret: true, set-by: [SHOP_PASSWORD], default: '\${POSTGRES_PASSWORD}'}
`;
const shop = { name: '${SHOP_DB}', kind: 'postgresql', description: 'the shop', clients: ['web'] };
const server = { host: '${SHOP_HOST}', port: '5433', user: 'shop', password: '${SHOP_PASSWORD}' };
const plugin = (extension: object, files = {}, name = '@team/shop'): FakePlugin => ({
  name,
  answer: { apiVersion: 1, variables: 'v.yml', ...extension },
  files: { 'v.yml': variables, ...files },
});
const plan = (database: object, env = '') => goodPlan({}, { plugins: [plugin({ databases: [database] })], env });

describe('a database of a plugin', () => {
  it('has the name and the address of its variables; the password stays one', async () => {
    const { databases } = await plan({ ...shop, server }, 'SHOP_HOST=db.example.org\nSHOP_PASSWORD=s3cret-of-shop\n');
    expect(databases).toMatchObject([
      {
        name: 'shop',
        clients: ['web'],
        server: { host: 'db.example.org', port: '5433' },
        contributor: { name: '@team/shop' },
      },
    ]);
    expect(JSON.stringify(databases)).not.toContain('s3cret-of-shop');
  });

  it('is none while its name is empty', async () => {
    expect((await plan({ ...shop, name: '${SHOP_DB:+}' })).databases).toEqual([]);
  });

  it('with a variable that nobody declares is refused by the name of the plugin', async () => {
    const planned = await planFiles({}, { plugins: [plugin({ databases: [{ ...shop, name: '${SHOP_DBB}' }] })] });
    expect(codes(errorsOf(planned))).toEqual(['VARIABLE_UNDECLARED']);
    expect(errorsOf(planned)[0]?.title).toContain('@team/shop');
  });

  it('with a template that cannot be read is refused', async () => {
    const planned = await planFiles({}, { plugins: [plugin({ databases: [{ ...shop, name: '${SHOP_DB' }] })] });
    expect(errorsOf(planned)).toMatchObject([{ code: 'PLUGIN_INVALID', title: expect.stringContaining('@team/shop') }]);
  });

  it('of the name of another one is refused, naming both plugins', async () => {
    const other: FakePlugin = {
      name: '@team/other',
      answer: { apiVersion: 1, databases: [{ ...shop, name: 'shop' }] },
    };
    const planned = await planFiles({}, { plugins: [plugin({ databases: [shop] }), other] });
    expect(errorsOf(planned)).toMatchObject([{ code: 'DATABASE_CONFLICT' }]);
    expect(errorsOf(planned)[0]?.title).toMatch(/@team\/other and @team\/shop/);
  });

  it('takes part with its plugin only', async () => {
    const switched = { ...plugin({ databases: [shop], enabledBy: 'SHOP_ON' }) };
    const files = {
      'v.yml': `${variables}      SHOP_ON: {description: d, type: boolean, set-by: [SHOP_ON], default: 'false', internal: true}\n`,
    };
    const plugins = [{ ...switched, files }];
    expect((await goodPlan({}, { plugins })).databases).toEqual([]);
    expect((await goodPlan({}, { plugins, env: 'SHOP_ON=true\n' })).databases).toMatchObject([{ name: 'shop' }]);
  });
});

describe('serverSettings', () => {
  it('of the back office has the databases of plugins that lie there too, the main one first', async () => {
    const planned = await plan(shop, 'COOG_EXTRA_DATABASES=sandbox\n');
    const office = serverSettings(planned);
    expect(office.databases).toEqual(['coog', 'sandbox', 'shop']);
    expect(serverSettings(planned, planned.databases[0])).toEqual(office);
  });

  it('of a plugin with a server of its own is that one, with its log-in and its databases alone', async () => {
    const planned = await plan({ ...shop, server }, 'SHOP_HOST=[::1]\nSHOP_PASSWORD=s3cret-of-shop\n');
    expect(serverSettings(planned, planned.databases[0])).toEqual({
      host: '::1',
      port: 5433,
      user: 'shop',
      password: 's3cret-of-shop',
      databases: ['shop'],
    });
    expect(serverSettings(planned).databases).toEqual(['coog']);
  });

  it('takes an address that is the same for the same server', async () => {
    const planned = await plan({ ...shop, server: { ...server, port: '${POSTGRES_PORT}' } });
    expect(serverSettings(planned).databases).toEqual(['coog', 'shop']);
  });
});

describe('rules for anonymising', () => {
  it('are gathered as paths, by plugin, without being read', async () => {
    const files = { 'rules/party.yml': ': no yaml [', 'rules/z/bank.yaml': '', 'rules/README.md': '' };
    const { anonymisationRules, folder } = await goodPlan(
      {},
      { plugins: [plugin({ anonymisationRules: 'rules' }, files)] },
    );
    expect(folder).not.toBe('');
    expect(anonymisationRules.map((r) => [r.contributor.name, r.path.replace(r.contributor.root, '')])).toEqual([
      ['@team/shop', '/rules/party.yml'],
      ['@team/shop', '/rules/z/bank.yaml'],
    ]);
  });

  it('of a folder that is not there are a problem of the plugin', async () => {
    const planned = await planFiles({}, { plugins: [plugin({ anonymisationRules: 'rules' })] });
    expect(errorsOf(planned)).toMatchObject([{ code: 'PLUGIN_FILE_MISSING' }]);
  });
});
