import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { type Names, resolveWords } from '../../../src/cli/words.ts';
import { describeUnknown } from '../../../src/shared/unknown-command.ts';
import { repository } from '../../support/plugins.ts';

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly strict?: boolean; readonly args: object; aliases?: string[] }>>;
}

/** Everything that is published: the CLI, its plugins, and oclif's plugins in it. */
const manifests = [
  '.',
  ...readdirSync(`${repository}/plugins`).map((name) => `plugins/${name}`),
  'node_modules/@oclif/plugin-plugins',
  'node_modules/@oclif/plugin-help',
].map((folder) => JSON.parse(readFileSync(`${repository}/${folder}/oclif.manifest.json`, 'utf8')) as Manifest);
const commands = new Map(
  manifests.flatMap((manifest) =>
    Object.entries(manifest.commands).flatMap(([id, command]) =>
      [id, ...(command.aliases ?? [])].map((name) => [name, command] as const),
    ),
  ),
);
const ids = [...commands.keys()];
const topics = new Set(ids.flatMap((id) => id.split(':').map((_, i, words) => words.slice(0, i).join(':'))));
topics.delete('');
const config = {
  findCommand: (id: string) => commands.get(id),
  findTopic: (id: string) => (topics.has(id) ? { name: id } : undefined),
} as unknown as Names;
const resolve = (line: string): string => resolveWords(line.split(' '), config).join(' ');
const takesArguments = (id: string): boolean => {
  const command = commands.get(id);
  return command !== undefined && (command.strict === false || Object.keys(command.args).length > 0);
};

describe('what is no command, at every depth', () => {
  test.each([...topics].filter((topic) => !takesArguments(topic) && !takesArguments(topic.split(':')[0] ?? '')))(
    'a wrong word behind %s is an unknown command, whether blanks or colons stand between, and with --help, too',
    (topic) => {
      const wrong = `${topic}:xyzzy`;
      const spoken = wrong.replaceAll(':', ' ');
      for (const line of [wrong, spoken, `${topic} xyzzy`, `${spoken} more`, `help ${spoken}`, `--help ${spoken}`]) {
        const [id = ''] = resolveWords(line.split(' '), config);
        expect(id, line).toBe(wrong);
        expect(commands.has(id) || topics.has(id), line).toBe(false);
      }
      expect(resolve(`${spoken} --help`)).toBe(wrong);
    },
  );

  test.each([
    ['dmup --help', 'dmup'],
    ['help dmup', 'dmup'],
    ['--help dmup', 'dmup'],
    ['-h dmup', 'dmup'],
    ['db --flag', 'db:--flag'],
    ['db -C /srv dump', 'db:-C /srv dump'],
    ['plugins instal x', 'plugins:instal x'],
    ['db snapshot creat x', 'db:snapshot:creat x'],
  ])('%s → %s', (line, resolved) => {
    expect(resolve(line)).toBe(resolved);
  });
});

describe('what is one', () => {
  test.each(ids.filter((id) => !takesArguments(id.split(':')[0] ?? '') || !id.includes(':')))(
    '%s is found with blanks, and its help is',
    (id) => {
      const spoken = id.replaceAll(':', ' ');
      expect(resolve(spoken)).toBe(id);
      expect(resolve(`${spoken} --json`)).toBe(`${id} --json`);
      expect(resolve(`help ${spoken}`)).toBe(`help ${id}`);
    },
  );

  test.each([
    ['db dump file -d x', 'db:dump file -d x'],
    ['db snapshot create name', 'db:snapshot:create name'],
    ['exec coog ls --help', 'exec coog ls --help'],
    ['up config', 'up config'],
    ['config set A=1 B=2', 'config:set A=1 B=2'],
    ['status foo', 'status foo'],
    ['db', 'db'],
    ['db --help', 'db --help'],
    ['db -h', 'db -h'],
    ['--version', '--version'],
    ['--help', '--help'],
    ['help', 'help'],
    ['help db', 'help db'],
    ['help db dump file', 'help db:dump'],
  ])('%s → %s', (line, resolved) => {
    expect(resolve(line)).toBe(resolved);
  });

  it('is a command behind one that takes arguments, where both words together are one', () => {
    const logs = { strict: false, args: {} };
    const known = new Map<string, object>([
      ['logs', logs],
      ['logs:purge', { args: {} }],
    ]);
    const names = { findCommand: (id: string) => known.get(id), findTopic: (id: string) => id === 'logs' && {} };
    const words = (line: string): string => resolveWords(line.split(' '), names as unknown as Names).join(' ');
    expect(words('logs purge coog')).toBe('logs:purge coog');
    expect(words('logs coog purge')).toBe('logs coog purge');
    expect(words('logs -f purge')).toBe('logs -f purge');
  });

  it('is nothing when nothing was typed', () => {
    expect(resolveWords([], config)).toEqual([]);
  });
});

test.each([
  ['db:dmup', [], 'did you mean: coog db:dump'],
  ['plugins:instal', ['x'], 'did you mean: coog plugins:install'],
  ['plugin', ['install', 'x'], 'did you mean: coog plugins:install'],
  ['db:snapshot:creat', ['x'], 'did you mean: coog db:snapshot:create'],
  ['configrue', ['--check'], 'did you mean: coog configure'],
  ['xyzzy', [], '→ coog --help lists the commands'],
  ['db:xyzzy', [], '→ coog db --help lists the commands'],
  ['db:-C', ['/srv'], 'a command must stand before -C\n  → coog db --help'],
  ['--versoin', [], 'did you mean: coog --version'],
  ['-C', ['/srv', 'up'], 'a command must stand before -C\n  → coog --help lists'],
])('of %s %j is said: %s', (id, argv, said) => {
  expect(describeUnknown({ id, argv, ids, bin: 'coog' })).toContain(said);
});
