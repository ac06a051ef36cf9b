import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { describe, expect, test } from 'vitest';
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
});

test('versions agree: a plugin works with the core it is published beside', () => {
  const core = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const folder of packages.slice(1)) {
    const plugin = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { version: string };
    expect(plugin.version, folder).toBe(core.version);
  }
});
