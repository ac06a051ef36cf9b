import { parse as parseDotenv } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { dotenvLine, dotenvPreamble } from '../../../src/configuration/index.ts';
import { COMPOSES, type ComposeName, compose } from '../../support/composes.ts';
import { type Files, folderWith } from '../../support/folder.ts';
import { Random } from '../../support/random.ts';

const backslash = '\\';
const nasty = [
  ...[
    '',
    ' ',
    '  lead',
    'trail  ',
    'a b',
    '#',
    '#x',
    'x#y',
    'x #y',
    'a\tb',
    '\ta',
    'a\nb',
    '\n',
    '\na',
    'a\n',
    'a\n\nb',
    'a\n#b\nC=d',
  ],
  ...[
    '$',
    '$$',
    '$$$',
    '$X',
    '${X}',
    '${X',
    '$}',
    '${X:-y}',
    '$$X',
    '$${X}',
    'a$',
    '$1',
    '$(id)',
    '"$X"',
    "'$X'",
    "'${X}'",
    '$ {X}',
  ],
  ...['"', '""', "'", "''", `'"`, `"'"`, `it's`, `"quoted"`, "'quoted'", `a"b'c`, '`id`', 'a`b'],
  ...[
    '\\',
    '\\\\',
    'a\\',
    'a\\\\',
    '\\n',
    '\\t',
    '\\$',
    '\\${X}',
    '\\"',
    "\\'",
    "x\\'",
    `\\"x`,
    '\\#',
    'C:\\dir\\',
    '$\\',
    '\\$\\',
    "'\\",
    '${X}\\',
    '\\\n',
  ],
  ...[
    '%',
    '%s',
    '%%',
    '100%',
    '%(x)s',
    '@',
    'p@ss:w/ord?#[]%+ é',
    ':',
    '://',
    '=',
    '==',
    'a=b',
    ',',
    ';',
    '&',
    '|',
    '<>',
    '*',
    '!',
    '!!',
    '~',
    '{}',
    '[]',
  ],
  ...[
    'é',
    '漢字',
    '😀',
    '\u00a0',

    '\uFEFFx',
    'null',
    'true',
    '1',
    '0777',
    '1e3',
    '- x',
    'x: y',
    '&a',
    '*a',
    '|',
    '>',
    '?',
  ],
  ...['export A=1', 'A: b', '=', 'x'.repeat(5000)],
];

const random = new Random(42);
const alphabet = [...` $$$${backslash}${backslash}${backslash}""''{}{}#Xx\n\t\`%:=@!-é`];
const any = Array.from({ length: 150 }, () => random.some(10, () => random.pick(alphabet)));
const values = [...nasty, ...any];

const names = values.map((_, i) => `COOG_V${i}`);
const lines = values.map((value, i) => dotenvLine(names[i] as string, value));
const fileOf = (some: readonly string[]): string => [...dotenvPreamble, ...some, 'LAST=1', ''].join('\n');
const dotenv = fileOf(lines);
const model = (environment: object): string =>
  JSON.stringify({ version: '3.7', services: { s: { image: 'x', environment } } });

type Environment = Record<string, string | null>;

/** What a container would receive. `config` writes every `$` twice, so that its output can be read again. */
async function received(version: ComposeName, files: Files): Promise<Environment> {
  const isFirst = version === '1.29.2';
  // Compose 2.26 loses line ends when it writes YAML; the first one writes nothing else.
  const words = ['-f', 'compose.yml', '-p', 'coogtest', 'config', ...(isFirst ? [] : ['--format', 'json'])];
  const output = await compose(version, await folderWith(files), ...words);
  const environment = isFirst ? textsOf(output) : (JSON.parse(output) as Model).services.s.environment;
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, value]) => [name, value?.replaceAll('$$', '$') ?? null]));
}

interface Model {
  readonly services: { readonly s: { readonly environment: Environment } };
}

/** YAML with every scalar as the text that it is: 1.29.2 leaves quotes out by the rules of YAML 1.1. */
const textsOf = (output: string): Environment => {
  const map = parseDocument(output, { schema: 'failsafe' }).getIn(['services', 's', 'environment']) as YAMLMap;
  const texts = (map.items as Pair<Scalar<string>, Scalar<string>>[]).map(({ key, value }) => [
    key.value,
    value?.type === 'PLAIN' && value.value === 'null' ? null : (value?.value ?? null),
  ]);
  return Object.fromEntries(texts);
};

describe.each(COMPOSES)('a .env read by Compose %s', (version) => {
  it('is the version it says', async () => {
    expect(await compose(version, '/', 'version', '--short')).toContain(version);
  });

  const inPlace = model(Object.fromEntries([...names, 'LAST'].map((name) => [name, `\${${name}}`])));

  it.each([
    ['', dotenv],
    [', in the opposite order', fileOf(lines.toReversed())],
  ])(`gives ${values.length} values back as they were, put into place%s`, async (_, content) => {
    const found = await received(version, { '.env': content, 'compose.yml': inPlace });
    for (const [i, value] of values.entries()) expect(found[names[i] as string], JSON.stringify(value)).toBe(value);
    expect(found.LAST).toBe('1');
  });

  it('gives them back where a service takes them by name', async () => {
    const found = await received(version, { '.env': dotenv, 'compose.yml': model([...names, 'LAST']) });
    for (const [i, value] of values.entries())
      expect(found[names[i] as string] ?? '', JSON.stringify(value)).toBe(value);
    expect(found.LAST).toBe('1');
  });
});

describe('a .env read by the package dotenv', () => {
  it('has the values that need neither "$" by reference nor an escape', () => {
    const read = parseDotenv(dotenv);
    const plain = values.filter((value) => !/[\\"'`$]/.test(value));
    expect(plain.length).toBeGreaterThan(60);
    for (const [i, value] of values.entries())
      if (plain.includes(value)) expect(read[names[i] as string], JSON.stringify(value)).toBe(value);
  });
});

it('fails with the way out when no Compose was prepared', async () => {
  const before = process.env.COOG_TEST_COMPOSE_V1;
  try {
    delete process.env.COOG_TEST_COMPOSE_V1;
    await expect(compose('1.29.2', '/', 'version')).rejects.toThrow('COOG_TEST_COMPOSE_V1 is not set');
  } finally {
    if (before !== undefined) process.env.COOG_TEST_COMPOSE_V1 = before;
  }
});
