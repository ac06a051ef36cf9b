import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { answerShell, completionScript, shells } from '../../../src/completion/index.ts';
import { servicesIn } from '../../../src/completion/names.ts';
import { type Files, folderWith } from '../../support/folder.ts';
import { repository } from '../../support/plugins.ts';

const env = [
  "COOG_DOLLAR='$'",
  'COOG_EMPTY=',
  'COMPOSE_FILE=coog.generated.yml:custom/own.yml',
  'COMPOSE_PATH_SEPARATOR=:',
  'COOG_DATABASES="coog,other db"',
  'COOG_TIMEZONE=Europe/Paris',
];
const files: Files = {
  'env.custom': 'export CUSTOM_X=1\n# NO=1\nCUSTOM_Y="a\n',
  '.env': `${env.join('\n')}\n`,
  'coog.generated.yml':
    'name: x\nservices:\n  # core\n  coog:\n    image: a\n    labels:\n      not: one\n\n  reverse-proxy: {image: b}\nnetworks:\n  backend: {}\n',
  'custom/own.yml': 'services:\n    "my-own":\n        image: c\n',
};

async function ask(given: Files, ...words: string[]): Promise<string[]> {
  const folder = await folderWith({
    ...given,
    'home/coog/package.json': '{"oclif":{"plugins":[{"name":"@team/own","type":"user"},{"type":"user"}]}}',
    'home/coog/node_modules/@team/own/oclif.manifest.json':
      '{"commands":{"team:hello":{"id":"team:hello","summary":"Greets from <%= config.bin %>"},"team:hidden":{"id":"team:hidden","hidden":true}}}',
  });
  const environment = { NODE_ENV: 'production', XDG_DATA_HOME: join(folder, 'home') };
  const answer = await answerShell({ root: repository, environment, cwd: folder, argv: ['bash', ...words] });
  return answer.split('\n').filter((line) => line !== '');
}

describe('where there is nothing to read, nothing is answered and nothing thrown', () => {
  test.each([[['exec', '']], [['config:unset', '']], [['db:dump', '-d', '']], [['exec', '-C', '/nowhere', '']]])(
    '%j without a project',
    async (words) => {
      expect(await ask({}, ...words)).toEqual([]);
    },
  );

  it('is silent with files that are broken', async () => {
    const broken = { 'env.custom': '', '.env': '\0=\nCOMPOSE_FILE=a:b\n', a: 'services: [\n', b: 'services:\n' };
    expect(await ask(broken, 'exec', '')).toEqual([]);
  });

  it('is silent for a shell that it does not know', async () => {
    expect(await answerShell({ root: repository, environment: {}, cwd: '/', argv: ['tcsh', ''] })).toBe('');
    expect(await answerShell({ root: '/nowhere', environment: {}, cwd: '/', argv: ['bash', ''] })).toBe('');
  });

  it('is silent when .env belongs to somebody else', async () => {
    const folder = await folderWith(files);
    await chmod(join(folder, '.env'), 0);
    const answer = await answerShell({ root: repository, environment: {}, cwd: folder, argv: ['bash', 'exec', 'my'] });
    // Root reads everything.
    expect(answer).toBe(process.getuid?.() === 0 ? 'my-own\n' : '');
  });
});

describe('the names of a project', () => {
  test.each([
    ['services of every compose file', ['exec', ''], ['coog', 'my-own', 'reverse-proxy']],
    ['those that begin like it', ['up', '-d', 're'], ['reverse-proxy']],
    ['databases', ['db:dump', '--database='], ['--database=coog', '--database=other db']],
    ['what somebody set', ['config:unset', ''], ['CUSTOM_X', 'CUSTOM_Y']],
    ['plugins', ['up', '--without-plugin', ''], ['@team/own']],
    ['options', ['db:dump', '--format', 's'], ['sql']],
    ['shells', ['completion', ''], [...shells]],
    ['files are left to the shell', ['db:load', ''], [':files']],
    ['folders are, too', ['up', '-C', ''], [':folders']],
  ])('%s: coog %j', async (_, words, expected) => {
    expect(await ask(files, ...words)).toEqual(expected);
  });

  it('has variables by their final names and by those that can be set, without what only Compose needs', async () => {
    const names = await ask(files, 'config:get', '');
    expect(names).toEqual(expect.arrayContaining(['COOG_TIMEZONE', 'CUSTOM_COOG_TIMEZONE']));
    expect(names.filter((name) => /^COMPOSE_(FILE|PATH)|COOG_(DOLLAR|EMPTY)/.test(name))).toEqual([]);
    expect(await ask(files, 'config:set', 'CUSTOM_COOG_TIMEZ')).toEqual(['CUSTOM_COOG_TIMEZONE=']);
  });

  it('is that of the line, not that of the folder', async () => {
    const other = await folderWith({ ...files, 'coog.generated.yml': 'services:\n  elsewhere: {}\n' });
    expect(await ask(files, 'exec', '-C', other, 'e')).toEqual(['elsewhere']);
  });
});

describe('commands', () => {
  it('are those of the CLI, of oclif and of installed plugins, with what each does; hidden ones are not', async () => {
    expect(await ask({}, 'status')).toEqual([expect.stringMatching(/^status\t./)]);
    expect(await ask({}, 'plugins:inst')).toEqual([expect.stringMatching(/^plugins:install\t./)]);
    expect(await ask({}, 'plugins:link')).toEqual(['plugins:link\tLinks a plugin into the CLI for development.']);
    expect(await ask({}, 'team')).toEqual(['team:hello\tGreets from coog']);
    expect(await ask({}, 'team', '')).toEqual(['hello\tGreets from coog']);
  });

  it('have flags, those not yet given, each with what it does', async () => {
    const flags = (await ask({}, 'up', '-d', '--')).map((line) => line.split('\t')[0]);
    expect(flags).toEqual(expect.arrayContaining(['--project', '--no-wait', '--help']));
    expect(flags).not.toContain('--detach');
  });
});

test.each([
  ['', []],
  ['services: {a: 1}\n', []],
  ['x-services:\n  no: {}\nservices:\n  # c\n\n  a:\n    b:\n  "c.d":\n\ntop: 1\n', ['a', 'c.d']],
  ['services:\n    a: {}\n    b: {}', ['a', 'b']],
])('servicesIn(%j) is %j', (yaml, services) => {
  expect(servicesIn(yaml)).toEqual(services);
});

test.each(shells)('the script for %s names the program that answers', (shell) => {
  expect(completionScript(shell)).toContain(`__complete ${shell}`);
});
