import { describe, expect, it } from 'vitest';
import { codes, coreDeclarations, declare, finalOf, type Given, resolved } from '../../support/resolving.ts';

describe('layers', () => {
  const declarations = declare('A: {set-by: [CUSTOM_A, A_OLD], default: "d"}');
  const all: Given = {
    plugin: { CUSTOM_A: 'plugin' },
    process: { CUSTOM_A: 'process' },
    custom: 'CUSTOM_A=custom\n',
    env: '\nCUSTOM_A=env\n',
  };
  const order = ['env', 'custom', 'process', 'plugin'] as const;

  it.each(order.map((_, i) => [order.slice(i)]))('%j: the first one wins, the others are shadowed', (present) => {
    const from = Object.fromEntries(present.map((layer) => [layer, all[layer]]));
    const variable = resolved(declarations, from).values.get('A');
    expect(variable?.value).toBe(present[0]);
    expect(variable?.shadowed.map((o) => o.value)).toEqual(present.slice(1));
  });

  it('tell where each value stands', () => {
    const variable = resolved(declarations, all).values.get('A');
    expect(variable?.origin).toEqual({
      layer: 'env.custom',
      kind: 'file',
      setAs: 'CUSTOM_A',
      place: { file: 'env.custom', line: 2, column: 1 },
      value: 'env',
    });
    expect(variable?.shadowed.map((o) => [o.layer, o.place?.file, o.place?.line])).toEqual([
      ['custom/env.custom', 'custom/env.custom', 1],
      ['process environment', undefined, undefined],
      ['@coog/plugin-x', '@coog/plugin-x', undefined],
    ]);
  });

  it('without any value: the default, with nothing shadowed', () => {
    const variable = resolved(declarations, {}).values.get('A');
    expect(variable).toMatchObject({ value: 'd', origin: { kind: 'default', layer: 'default' }, shadowed: [] });
  });

  it('within a file the last assignment wins and the earlier ones are shadowed with their lines', () => {
    const variable = resolved(declarations, { env: 'CUSTOM_A=1\nCUSTOM_A=2\nCUSTOM_A=3\n' }).values.get('A');
    expect(variable?.value).toBe('3');
    expect(variable?.shadowed.map((o) => [o.value, o.place?.line])).toEqual([
      ['2', 2],
      ['1', 1],
    ]);
  });

  it('the name that stands first in set-by wins, in whatever layer the other one is', () => {
    const result = resolved(declarations, { custom: 'CUSTOM_A=first\n', env: 'A_OLD=second\n' });
    expect(finalOf(result, 'A')).toBe('first');
    expect(result.values.get('A')?.shadowed.map((o) => [o.setAs, o.value])).toEqual([['A_OLD', 'second']]);
    expect(finalOf(resolved(declarations, { custom: 'A_OLD=second\n' }), 'A')).toBe('second');
  });

  it('an empty value counts as none: the next layer, the next name, the default', () => {
    expect(finalOf(resolved(declarations, { custom: 'CUSTOM_A=x\n', env: 'CUSTOM_A=\n' }), 'A')).toBe('x');
    expect(finalOf(resolved(declarations, { env: 'CUSTOM_A=""\nA_OLD=y\n' }), 'A')).toBe('y');
    expect(finalOf(resolved(declarations, { env: "CUSTOM_A=''\n" }), 'A')).toBe('d');
  });

  it('the process environment counts for names that can be set, and for no other', () => {
    const result = resolved(declarations, { process: { CUSTOM_A: 'p', A: 'no', OWN: 'no' }, usedByUser: ['OWN'] });
    expect(finalOf(result, 'A')).toBe('p');
    expect(result.values.has('OWN')).toBe(false);
    expect(result.problems).toEqual([]);
  });
});

describe('variables of the core', () => {
  const declarations = coreDeclarations();
  const minimal = 'FILESYSTEM_ROOT=/coog\nIMAGE_VERSION_COOG=v1\nJWT_ENCRYPTION=jwt\nCOOG_GATEWAY_TOKEN=token\n';
  const value = (env: string, name: string) => {
    const result = resolved(declarations, { env: `${minimal}${env}` });
    expect(result.problems).toEqual([]);
    return finalOf(result, name);
  };

  it('need nothing but four values', () => {
    expect(resolved(declarations, { env: minimal }).problems).toEqual([]);
  });

  it('name every missing one at once, the image version once', () => {
    const { problems } = resolved(declarations, {});
    expect(new Set(problems.map((p) => p.code))).toEqual(new Set(['VARIABLE_MISSING']));
    const titles = problems.map((p) => p.title);
    expect(titles).toHaveLength(4);
    expect(titles.filter((t) => t.startsWith('IMAGE_VERSION_COOG (or IMAGE_VERSION_DEFAULT)'))).toHaveLength(1);
    for (const name of ['FILESYSTEM_ROOT', 'JWT_ENCRYPTION', 'COOG_GATEWAY_TOKEN'])
      expect(titles.some((t) => t.startsWith(name))).toBe(true);
    expect(problems.every((p) => p.next?.startsWith('coog config:set '))).toBe(true);
  });

  it.each([
    ['IMAGE_VERSION_COOG=c', 'c', 'c'],
    ['IMAGE_VERSION_DEFAULT=d', 'd', 'd'],
    ['IMAGE_VERSION_COOG=c\nIMAGE_VERSION_DEFAULT=d', 'c', 'd'],
    ['IMAGE_VERSION_COOG=\nIMAGE_VERSION_DEFAULT=d', 'd', 'd'],
  ])('%j is enough for both image versions', (lines, coog, other) => {
    const result = resolved(declarations, {
      env: `FILESYSTEM_ROOT=/c\nJWT_ENCRYPTION=j\nCOOG_GATEWAY_TOKEN=t\n${lines}\n`,
    });
    expect(result.problems).toEqual([]);
    expect(finalOf(result, 'IMAGE_VERSION_COOG')).toBe(coog);
    expect(finalOf(result, 'IMAGE_VERSION_DEFAULT')).toBe(other);
    expect(finalOf(result, 'IMAGE_VERSION_API')).toBe(other);
  });

  it('put the project below FILESYSTEM_ROOT', () => {
    expect(value('', 'FILESYSTEM_ROOT')).toBe('/coog/coog');
    expect(value('FILESYSTEM_ROOT=/data//\nCOMPOSE_PROJECT_NAME=uat\n', 'COOG_DATA_VOLUME')).toBe(
      '/data/uat/coog_data',
    );
  });

  it('see in a file the FILESYSTEM_ROOT that the user gave, before and behind its line and from the environment', () => {
    const own = 'CUSTOM_COOG_DATA_VOLUME=${FILESYSTEM_ROOT}/x\n';
    expect(value(own, 'COOG_DATA_VOLUME')).toBe('/coog/x');
    const before = resolved(declarations, { env: `${own}${minimal}` });
    expect(finalOf(before, 'COOG_DATA_VOLUME')).toBe('/coog/x');
    const exported = resolved(declarations, { process: { FILESYSTEM_ROOT: '/bashrc' }, env: own });
    expect(finalOf(exported, 'COOG_DATA_VOLUME')).toBe('/bashrc/x');
  });

  it.each([
    ['', 'coog'],
    ['COOG_EXTRA_DATABASES=\n', 'coog'],
    ['COOG_EXTRA_DATABASES=""\n', 'coog'],
    ['COOG_EXTRA_DATABASES=a,b\n', 'coog,a,b'],
    ['COOG_MAIN_DATABASE=m\nCOOG_EXTRA_DATABASES=a\n', 'm,a'],
  ])('COOG_DATABASES with %j', (lines, expected) => {
    expect(value(lines, 'COOG_DATABASES')).toBe(expected);
  });

  it.each([',', 'a,', ',a', 'a,,b', ' '])('refuse COOG_EXTRA_DATABASES=%j, and tell it once', (extra) => {
    const { problems } = resolved(declarations, { env: `${minimal}COOG_EXTRA_DATABASES='${extra}'\n` });
    expect(problems.map((p) => [p.code, p.place?.line])).toEqual([['VALUE_INVALID', 5]]);
    expect(problems[0]?.title).toContain('COOG_EXTRA_DATABASES');
  });

  it('tell the value of two variables that stand in for each other once', () => {
    const env = `${minimal.replace(/^IMAGE_VERSION_COOG=.*$/m, '')}\nIMAGE_VERSION_COOG='a b'\n`;
    const { problems } = resolved(declarations, { env });
    expect(problems.map(({ code, title }) => [code, title.split(' ')[0]])).toEqual([
      ['VALUE_INVALID', 'IMAGE_VERSION_COOG'],
    ]);
  });

  const nasty = "p@ss:w/ord?#[]%+ é'";
  it.each([
    ['POSTGRESQL_CONNECTION_STRING', 'CUSTOM_POSTGRES_USER', 'CUSTOM_POSTGRES_PASSWORD', 'CUSTOM_POSTGRES_HOST'],
    ['RABBITMQ_URI', 'CUSTOM_RABBITMQ_USER', 'CUSTOM_RABBITMQ_PASSWORD', 'CUSTOM_RABBITMQ_HOST'],
    ['CELERY_BROKER_URI', 'CUSTOM_RABBITMQ_USER', 'CUSTOM_RABBITMQ_PASSWORD', 'CUSTOM_RABBITMQ_HOST'],
    ['MONGODB_URI', 'CUSTOM_MONGO_USER', 'CUSTOM_MONGO_PASSWORD', 'CUSTOM_MONGO_HOST'],
  ])('%s holds user and password encoded, and an IPv6 host in brackets', (uri, user, password, host) => {
    const lines = `${user}="u${nasty}"\n${password}="${nasty}"\n${host}=fd00::1\n`;
    const url = new URL(value(lines, uri) ?? '');
    expect(decodeURIComponent(url.username)).toBe(`u${nasty}`);
    expect(decodeURIComponent(url.password)).toBe(nasty);
    expect(url.hostname).toBe('[fd00::1]');
    expect(url.port).not.toBe('');
  });

  it('a database name is encoded in the URI and plain elsewhere', () => {
    const url = new URL(value('COOG_MAIN_DATABASE="a b/é"\n', 'POSTGRESQL_CONNECTION_STRING') ?? '');
    expect(decodeURIComponent(url.pathname.slice(1))).toBe('a b/é');
    expect(value('COOG_MAIN_DATABASE="a b/é"\n', 'COOG_MAIN_DATABASE')).toBe('a b/é');
  });

  it.each([
    ['', 'http://coog.localhost'],
    ['CUSTOM_TRAEFIK_HTTP_PORT=8081\n', 'http://coog.localhost:8081'],
    ['MAIN_URL_SCHEME=https\nCUSTOM_TRAEFIK_HTTP_PORT=8081\n', 'https://coog.localhost'],
    ['MAIN_URL_SCHEME=https\nCUSTOM_TRAEFIK_HTTPS_PORT=8443\nPROJECT_HOSTNAME=c.example\n', 'https://c.example:8443'],
  ])('BASE_URL with %j', (lines, expected) => {
    expect(value(lines, 'BASE_URL')).toBe(expected);
  });

  it('tell every invalid one with its line, and not what follows from it', () => {
    const { problems } = resolved(declarations, {
      custom: 'CUSTOM_POSTGRES_PORT=abc\n',
      env: `${minimal}PROJECT_HOSTNAME='a b'\nMAIN_URL_SCHEME=ftp\nCUSTOM_NETWORK_BACKEND_SUBNET=10.0.1.5/24\n`,
      process: { CUSTOM_SFTP_PORT: '99999' },
    });
    expect(problems.every((p) => p.code === 'VALUE_INVALID')).toBe(true);
    expect(problems.map((p) => [p.title.split(' ')[0], p.place?.file, p.place?.line]).sort()).toEqual([
      ['CUSTOM_NETWORK_BACKEND_SUBNET', 'env.custom', 7],
      ['CUSTOM_POSTGRES_PORT', 'custom/env.custom', 1],
      ['CUSTOM_SFTP_PORT', 'process environment', undefined],
      ['MAIN_URL_SCHEME', 'env.custom', 6],
      ['PROJECT_HOSTNAME', 'env.custom', 5],
    ]);
  });
});

describe('names that mean nothing', () => {
  const declarations = declare(
    'POSTGRES_HOST: {set-by: [CUSTOM_POSTGRES_HOST], default: "postgres"}',
    'PROJECT_HOSTNAME: {set-by: [PROJECT_HOSTNAME], default: "x"}',
    'FIXED: {default: "x"}',
  );
  const one = (env: string, more: Given = {}) => resolved(declarations, { ...more, env }).problems;

  it.each([
    ['CUSTOM_POSTGRES_HOSTS=x', 'VARIABLE_UNKNOWN', 'did you mean CUSTOM_POSTGRES_HOST?'],
    ['PROJECT_HOSTNAMES=x', 'VARIABLE_UNKNOWN', 'did you mean PROJECT_HOSTNAME?'],
    ['CUSTOM_PROJECT_HOSTNAME=x', 'VARIABLE_UNKNOWN', 'did you mean PROJECT_HOSTNAME?'],
    ['WHATEVER_ELSE=x', 'VARIABLE_UNKNOWN', 'remove the line, or: coog config:list'],
    ['POSTGRES_HOST=x', 'VARIABLE_NOT_SETTABLE', 'rename it to CUSTOM_POSTGRES_HOST'],
    ['FIXED=x', 'VARIABLE_NOT_SETTABLE', 'coog config:explain FIXED'],
    ['B2C=x', 'VARIABLE_OF_PLUGIN', 'coog plugins:install @coog/plugin-b2c'],
  ])('%s is a warning with its line', (line, code, next) => {
    const problems = one(`# c\n${line}\n`, { elsewhere: { B2C: '@coog/plugin-b2c' } });
    expect(problems).toMatchObject([{ code, next, severity: 'warning', place: { file: 'env.custom', line: 2 } }]);
  });

  it('a name that cannot be set has no effect', () => {
    expect(finalOf(resolved(declarations, { env: 'FIXED=y\nPOSTGRES_HOST=y\n' }), 'FIXED')).toBe('x');
    expect(finalOf(resolved(declarations, { env: 'POSTGRES_HOST=y\n' }), 'POSTGRES_HOST')).toBe('postgres');
  });

  it('a name that a file of the user refers to is a variable of their own', () => {
    const result = resolved(declarations, { custom: 'MINE=1\n', env: 'MINE=2\n', usedByUser: ['MINE'] });
    expect(codes(result)).toEqual([]);
    expect(result.values.get('MINE')).toMatchObject({ value: '2', secret: false, shadowed: [{ value: '1' }] });
  });

  it('a name that another assignment refers to is no mistake, and no variable', () => {
    const result = resolved(declarations, { env: 'HELPER=h\nCUSTOM_POSTGRES_HOST=${HELPER}.local\n' });
    expect(codes(result)).toEqual([]);
    expect(finalOf(result, 'POSTGRES_HOST')).toBe('h.local');
    expect(result.values.has('HELPER')).toBe(false);
  });
});
