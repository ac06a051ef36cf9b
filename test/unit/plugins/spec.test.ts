import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../../src/plugins/spec.ts';
import { ProblemError } from '../../../src/shared/problem.ts';

describe('what can be installed', () => {
  test.each([
    ['jaeger', '@coog/plugin-jaeger', 'latest'],
    ['plugin-jaeger', '@coog/plugin-jaeger', 'latest'],
    ['jaeger@0.1.0', '@coog/plugin-jaeger', '0.1.0'],
    ['jaeger@next', '@coog/plugin-jaeger', 'next'],
    ['@coog/plugin-jaeger', '@coog/plugin-jaeger', 'latest'],
    ['@acme/mail@^1.2', '@acme/mail', '^1.2'],
    ['@acme/mail@>=1 <2', '@acme/mail', '>=1 <2'],
    ['npm:team-mail', 'team-mail', 'latest'],
    ['npm:team-mail@1.0.0', 'team-mail', '1.0.0'],
  ])('%s is a package of the registry', async (text, name, range) => {
    expect(await parseSpec(text, '/here')).toEqual({ from: 'registry', name, range });
  });

  test.each([
    ['file:/x/y.tgz', '/x/y.tgz'],
    ['file:///x/y.tgz', '/x/y.tgz'],
    ['file:y.tgz', '/here/y.tgz'],
    ['file:../y', '/y'],
    ['/x/y.tgz', '/x/y.tgz'],
    ['./y.tgz', '/here/y.tgz'],
    ['../y.tar.gz', '/y.tar.gz'],
    ['coog-plugin-b2c-0.1.0.tgz', '/here/coog-plugin-b2c-0.1.0.tgz'],
    ['./plugins/b2c', '/here/plugins/b2c'],
  ])('%s is a file', async (text, path) => {
    expect(await parseSpec(text, '/here')).toEqual({ from: 'file', path });
  });

  test.each([
    '',
    '@',
    '@coog',
    '@coog/',
    'Jaeger',
    '-g',
    '--registry=http://x',
    'a b',
    'jaeger@',
    'jaeger@file:../x',
    'jaeger@npm:other',
    'jaeger@git+https://x/y',
    'jaeger@--force',
    'npm:',
    'npm:@',
    'git+https://example.org/x.git',
    'git@example.org:x/y.git',
    'github:acme/mail',
    'acme/mail',
    'https://example.org/x.zip',
    '@coog/cli',
    '@acme/mail@1@2',
  ])('%j is refused before anything is asked', async (text) => {
    const error = await parseSpec(text, '/here').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ exitCode: 2, problems: [{ code: 'PLUGIN_SPEC_INVALID' }] });
    expect((error as ProblemError).problems[0]?.next).toBeTruthy();
  });
});
