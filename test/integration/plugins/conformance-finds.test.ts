import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conformance } from '../../../src/testing/index.ts';
import { npmEnvironment, templatePlugin } from '../../support/template-plugin.ts';

type Break = (root: string) => Promise<void>;

const replace =
  (path: string, from: string | RegExp, to: string): Break =>
  async (root) => {
    const before = await readFile(join(root, path), 'utf8');
    const after = before.replace(from, to);
    expect(after, `${path} does not hold ${from}`).not.toBe(before);
    await writeFile(join(root, path), after);
  };
const remove =
  (path: string): Break =>
  (root) =>
    rm(join(root, path), { recursive: true });
const add =
  (path: string, content: string): Break =>
  async (root) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
const answer = (extra: string): Break => replace('src/extension.js', 'apiVersion: 1,', `apiVersion: 1, ${extra}`);
const fragment = (from: string | RegExp, to: string): Break => replace('compose/mail/mail.yml', from, to);

/** Each way to be wrong, and the one check that must find it. */
const found: [string, Break, string, RegExp][] = [
  [
    'a hook that is slow',
    replace(
      'src/extension.js',
      'return Promise',
      'const end = Date.now() + 1200; while (Date.now() < end); return Promise',
    ),
    'its hook answers in time',
    /ms/,
  ],
  [
    'a hook that never answers',
    replace('src/extension.js', 'return Promise.resolve(', 'return new Promise(() => {}, '),
    'its hook answers in time',
    /no answer within 3000 ms/,
  ],
  ['a function in the answer', answer('values: { A: () => 1 },'), 'its hook answers with an extension', /plain data/],
  [
    'a path that leaves it',
    answer("anonymisationRules: '../rules',"),
    'its hook answers with an extension',
    /anonymisationRules/,
  ],
  ['a property that does not exist', answer("fragmets: 'compose',"), 'its hook answers with an extension', /fragmets/],
  [
    'a range without this version',
    replace('src/extension.js', />=0[^']*/, '>=7'),
    'its hook answers with an extension',
    /works with @coog\/cli >=7/,
  ],
  [
    'an answer that changes',
    answer('values: { A: String(Math.random()) },'),
    'its hook answers the same each time',
    /differs/,
  ],
  ['a file that is not there', answer("patches: 'patches',"), 'its files are there', /patches/],
  [
    'a module that is not there',
    answer("checks: [{ id: 'a', title: 'b', module: 'src/a.js' }],"),
    'its modules export a function',
    /a: /,
  ],
  [
    'a value that reaches nobody',
    answer("values: { MIAL_TOKEN: 'x' },"),
    'a project with it is planned without a problem',
    /PLUGIN_VALUE_LOST/,
  ],
  [
    'a variable that nobody declares',
    fragment('${MAIL_TOKEN}', '${MIAL_TOKEN}'),
    'a project with it is planned without a problem',
    /VARIABLE_UNDECLARED/,
  ],
  ['two services in a fragment', fragment(/$/, '  second: {image: x}\n'), 'its fragments are valid', /one service/],
  ['no description', fragment(/ {2}description: .*\n/, ''), 'its fragments have a description', /mail\/mail/],
  [
    'a service that is never on',
    fragment('ENABLE_MAIL', 'ENABLE_DEBUG_OF_NOBODY'),
    'a project with it is planned without a problem',
    /VARIABLE_UNDECLARED/,
  ],
  [
    'no health check',
    fragment(/ {4}healthcheck:[\s\S]*$/, ''),
    'its long-running services have a health check',
    /mail has no health check/,
  ],
  [
    'no start period',
    fragment(/ *start_period.*\n/, ''),
    'its long-running services have a health check',
    /start_period/,
  ],
  [
    'a wait for nothing',
    fragment('    networks', '    depends_on: [redis]\n    networks'),
    'its services wait for what is healthy',
    /redis/,
  ],
  [
    'a secret in a command',
    fragment('    networks', '    command: [run, "--token=${MAIL_TOKEN}"]\n    networks'),
    'its services have no secret in an argument list',
    /MAIL_TOKEN/,
  ],
  [
    'a secret of the core in a probe',
    fragment(/test: .*/, 'test: [CMD-SHELL, "psql ${POSTGRES_PASSWORD}"]'),
    'its services have no secret in an argument list',
    /POSTGRES_PASSWORD/,
  ],
  [
    'a variable without description',
    replace('variables.yml', /description: Tag.*/, 'description: tag'),
    'its variables are described',
    /IMAGE_VERSION_MAIL/,
  ],
  ['a type that is none', replace('variables.yml', 'image-tag', 'image'), 'its variables are valid', /no type/],
  [
    'a secret that is not declared as one',
    replace('variables.yml', /.*secret: true\n/, ''),
    'its secrets are declared',
    /MAIL_TOKEN/,
  ],
  [
    'a secret with a default behind a reference',
    replace('variables.yml', /default: ""/, 'default: "${OTHER_TOKEN:-changeme}"'),
    'its secrets have no default',
    /MAIL_TOKEN/,
  ],
  [
    'a secret with a default',
    replace('variables.yml', /default: ""/, 'default: "changeme"'),
    'its secrets have no default',
    /MAIL_TOKEN/,
  ],
  [
    'a folder that is not packed',
    replace('package.json', /\s*"compose",/, ''),
    'its package holds all that it names',
    /compose would not be packed/,
  ],
  [
    'a task that is not packed',
    async (root) => {
      await answer("tasks: [{ id: 'a', moment: 'after-up', title: 'b', module: 'tasks/a.js' }],")(root);
      await add('tasks/a.js', 'export default async () => {};\n')(root);
    },
    'its package holds all that it names',
    /tasks\/a\.js/,
  ],
  ['CommonJS', replace('package.json', '"module"', '"commonjs"'), 'its package is an ES module', /"type"/],
  [
    'a script at installation',
    replace('package.json', '"test":', '"postinstall": "true", "test":'),
    'its package runs nothing',
    /postinstall/,
  ],
  [
    'a required peer',
    replace('package.json', '"optional": true', '"optional": false'),
    'the CLI is an optional peer',
    /optional/,
  ],
  [
    'a second copy of the CLI',
    replace('package.json', '"devDependencies"', '"dependencies"'),
    'the CLI is an optional peer',
    /dependency/,
  ],
  [
    'a peer of another version',
    replace('package.json', /">=0[^"]*"/, '">=7"'),
    'the CLI is an optional peer',
    />=7 does not hold/,
  ],
  ['no manifest', remove('oclif.manifest.json'), 'its manifest is there and fresh', /npm run manifest/],
  [
    'a manifest of yesterday',
    replace('oclif.manifest.json', '0.1.0', '0.0.9'),
    'its manifest is there and fresh',
    /npm run manifest/,
  ],
  ['no README', remove('README.md'), 'its README names', /missing/],
  ['a README that hides the service', replace('README.md', /mail/g, 'post'), 'its README names', /mail/],
];

describe('the conformance suite finds', () => {
  test.each(found)('%s', async (_, damage, name, said) => {
    const root = await templatePlugin();
    await damage(root);
    const check = conformance({ root }, npmEnvironment).find((c) => c.name.startsWith(name));
    if (!check) throw new Error(`there is no check "${name}"`);
    await expect(check.run()).rejects.toThrow(said);
  });

  test('nothing at a plugin as it is made', async () => {
    const root = await templatePlugin('mail-out');
    for (const { run } of conformance({ root }, npmEnvironment)) await run();
  });
});
