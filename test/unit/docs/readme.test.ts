import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documents, plugins, read, root } from './repository.ts';

interface Manifest {
  readonly commands: Readonly<
    Record<string, { readonly aliases?: readonly string[]; readonly flags?: Readonly<Record<string, Flag>> }>
  >;
}
interface Flag {
  readonly name: string;
  readonly char?: string;
  readonly allowNo?: boolean;
}

/** Manifests of the CLI, of its plugins and of oclif's plugins that it is published with. */
// Ours last: it has commands that take the place of oclif's.
const manifests = ['node_modules/@oclif/plugin-plugins', 'node_modules/@oclif/plugin-help', ...plugins, '.'].map(
  (folder) => JSON.parse(read(`${folder}/oclif.manifest.json`)) as Manifest,
);
const commands = new Map(
  manifests.flatMap(({ commands }) =>
    Object.entries(commands).flatMap(([id, command]) => [id, ...(command.aliases ?? [])].map((n) => [n, command])),
  ),
);

/** Scripts of npm that a document can mean: ours, and those of a plugin that coog makes. */
const npmScripts = ['package.json', 'templates/plugin/package.json'].flatMap((path) =>
  Object.keys((JSON.parse(read(path)) as { readonly scripts: object }).scripts),
);

/** Code of a document: blocks, and what stands in backticks. */
function codeOf(document: string): string[] {
  const text = read(document);
  const blocks = [...text.matchAll(/^```(?:shell|console)\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const inline = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks.flatMap((block) => block.split('\n')), ...inline];
}

/** Calls of coog in a line: what stands behind `coog`, up to a pipe or a comment. */
const callsIn = (line: string): string[][] =>
  [...line.matchAll(/(?<=^|[$(]\s?|\| |&& )coog ([a-z][^|#)"`>]*|-[^|#)"`>]*)/g)].map(([, rest = '']) =>
    rest.trim().split(/\s+/),
  );

const calls = documents.flatMap((document) =>
  codeOf(document).flatMap((line) => callsIn(line).map((words) => ({ document, words }))),
);

describe('commands in the documents', () => {
  test('there are some', () => {
    expect(calls.length).toBeGreaterThan(50);
  });

  test('exist', () => {
    const unknown = calls.filter(({ words: [id = ''] }) => !id.startsWith('-') && !commands.has(id));
    expect(unknown.map(({ document, words }) => `${document}: coog ${words.join(' ')}`)).toEqual([]);
  });

  test('have the flags that they are shown with', () => {
    const wrong = calls.flatMap(({ document, words: [id = '', ...rest] }) => {
      const command = commands.get(id);
      if (!command || id === 'exec') return [];
      const end = rest.indexOf('--');
      const flags = Object.values(command.flags ?? {});
      return (end < 0 ? rest : rest.slice(0, end))
        .filter((word) => /^-{1,2}[a-zA-Z]/.test(word))
        .filter((word) => !flags.some((flag) => isFlag(word.replace(/[=,.;:].*$/, ''), flag)))
        .map((word) => `${document}: coog ${id} ${word}`);
    });
    expect(wrong).toEqual([]);
  });

  test('of npm exist', () => {
    const scripts = documents.flatMap((document) =>
      codeOf(document).flatMap((line) => [...line.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name)),
    );
    expect([...new Set(scripts)].filter((name) => !npmScripts.includes(name))).toEqual([]);
  });
});

const isFlag = (word: string, { name, char, allowNo }: Flag): boolean =>
  word === `--${name}` || word === `-${char}` || (allowNo === true && word === `--no-${name}`) || word === '--help';

describe('links in the documents', () => {
  const links = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link))
      .map((link) => ({ document, link })),
  );

  test.each(links)('$document → $link', ({ document, link }) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : join(dirname(document), path);
    expect(existsSync(join(root, target)), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target)).toContain(anchor);
  });
});

/** Names of the headings as GitHub makes them. */
const anchorsOf = (document: string): string[] =>
  [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
