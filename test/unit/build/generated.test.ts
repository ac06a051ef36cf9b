import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { renderCommandPages } from '../../../scripts/build/command-pages.mjs';
import { renderGenerated } from '../../../src/plan/generated-sources.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = ['.', ...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}`)];

describe('what the build makes is committed as the code makes it (else: npm run build)', () => {
  test.each(packages)('oclif.manifest.json of %s', async (folder) => {
    const plugin = new Plugin({
      root: join(root, folder),
      ignoreManifest: true,
      respectNoCacheDefault: true,
      type: 'core',
    });
    await plugin.load();
    const made: unknown = JSON.parse(JSON.stringify(plugin.manifest));
    const committed: unknown = JSON.parse(readFileSync(join(root, folder, 'oclif.manifest.json'), 'utf8'));
    expect(committed).toEqual(made);
  });

  test('files made from the declarations', async () => {
    const made = await renderGenerated(root);
    expect(Object.keys(made)).not.toHaveLength(0);
    for (const [path, content] of Object.entries(made))
      expect(readFileSync(join(root, path), 'utf8'), path).toBe(content);
  });

  test('the pages of commands, and no page of a topic that is gone', () => {
    const made = renderCommandPages(root);
    expect(Object.keys(made).sort()).toEqual(
      readdirSync(join(root, 'docs/commands'))
        .map((name) => `docs/commands/${name}`)
        .sort(),
    );
    for (const [path, content] of Object.entries(made))
      expect(readFileSync(join(root, path), 'utf8'), path).toBe(content);
  });
});

describe('help', () => {
  const all = packages.flatMap((folder) => {
    const { commands } = JSON.parse(readFileSync(join(root, folder, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, Command>;
    };
    return Object.values(commands).filter(({ hidden }) => !hidden);
  });

  test.each(all.map((command) => [command.id, command] as const))(
    'of %s says what it does, with examples, and every flag and argument',
    (id, command) => {
      expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
      const examples = (command.examples ?? []).map((example) =>
        typeof example === 'string' ? example : example.command,
      );
      expect(examples).not.toHaveLength(0);
      for (const example of examples) {
        const filled = example.replace('<%= config.bin %>', 'coog').replace('<%= command.id %>', id);
        expect(filled).toContain(`coog ${id}`);
      }
      for (const { name, summary, description } of Object.values(command.flags))
        expect(summary ?? description, `--${name}`).toBeTruthy();
      for (const { name, description } of Object.values(command.args)) expect(description, name).toBeTruthy();
    },
  );

  test('every topic says what it is about', () => {
    const topics = packages.flatMap((folder) => {
      const { oclif } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
        oclif: { topics?: Record<string, { description?: string }> };
      };
      return Object.entries(oclif.topics ?? {}).flatMap(([name, { description }]) => (description ? [name] : []));
    });
    const used = new Set(all.flatMap(({ id }) => id.split(':').map((_, i, words) => words.slice(0, i).join(':'))));
    const commands = all.map(({ id }) => id);
    const silent = [...used].filter((topic) => topic !== '' && !topics.includes(topic) && !commands.includes(topic));
    expect(silent).toEqual([]);
  });
});

interface Described {
  readonly name: string;
  readonly summary?: string;
  readonly description?: string;
}
interface Command {
  readonly id: string;
  readonly hidden?: boolean;
  readonly summary?: string;
  readonly examples?: readonly (string | { readonly command: string })[];
  readonly flags: Readonly<Record<string, Described>>;
  readonly args: Readonly<Record<string, Described>>;
}

test('versions agree: a plugin works with the core it is published beside', () => {
  const core = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const folder of packages.slice(1)) {
    const plugin = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { version: string };
    expect(plugin.version, folder).toBe(core.version);
  }
});
