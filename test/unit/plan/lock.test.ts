import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { olderPlugins, readLock, vanishedPlugins } from '../../../src/plan/lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lock = { format: 1, cli: '0.1.0', plugins: { '@coog/plugin-b2c': '0.1.0' }, files: {} } as const;

describe('coog.lock', () => {
  test('is read back', async () => {
    await writeFile(join(folder, 'coog.lock'), JSON.stringify(lock));
    expect(await readLock(folder)).toEqual(lock);
  });

  test.each(['', '{', '[]', 'null', '{"format":2,"files":{}}'])('that says nothing is none: %s', async (content) => {
    await writeFile(join(folder, 'coog.lock'), content);
    expect(await readLock(folder)).toBeUndefined();
  });

  test('that is missing is none', async () => {
    expect(await readLock(folder)).toBeUndefined();
  });
});

describe('a plugin that took part and is gone', () => {
  test('is named with its version and both ways out', () => {
    const [problem, ...more] = vanishedPlugins(lock, new Set(['@coog/cli']), new Set());
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'PLUGIN_VANISHED' });
    expect(problem?.title).toContain('@coog/plugin-b2c 0.1.0');
    expect(problem?.next).toContain('coog plugins:install @coog/plugin-b2c@0.1.0');
    expect(problem?.next).toContain('--without-plugin @coog/plugin-b2c');
  });

  test('is no problem while it is there, when it is left out, or when nothing is known', () => {
    expect(vanishedPlugins(lock, new Set(['@coog/plugin-b2c']), new Set())).toEqual([]);
    expect(vanishedPlugins(lock, new Set(), new Set(['@coog/plugin-b2c']))).toEqual([]);
    expect(vanishedPlugins(undefined, new Set(), new Set())).toEqual([]);
  });
});

describe('a plugin that is older here than where the project was configured', () => {
  const here = (version: string) => [{ name: '@coog/plugin-b2c', version, root: '/x' }];
  const isOlder = (version: string, other: string) => version < other;

  test('is told with the command that brings the version', () => {
    expect(olderPlugins(lock, here('0.0.9'), isOlder)).toMatchObject([
      { code: 'PLUGIN_OLDER', severity: 'warning', next: 'coog plugins:install @coog/plugin-b2c@0.1.0' },
    ]);
  });

  test('is no matter when it is the same or newer, or nothing is known', () => {
    expect(olderPlugins(lock, here('0.1.0'), isOlder)).toEqual([]);
    expect(olderPlugins(lock, here('0.2.0'), isOlder)).toEqual([]);
    expect(olderPlugins(undefined, here('0.0.9'), isOlder)).toEqual([]);
  });
});

test('a lock whose disabled plugins are no names says nothing', async () => {
  await writeFile(join(folder, 'coog.lock'), JSON.stringify({ ...lock, disabled: 'b2c' }));
  expect(await readLock(folder)).toBeUndefined();
});
