import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt, ensureDependencies, isNewEnough } from '../../../scripts/bootstrap.mjs';

let root: string;
const file = (...names: string[]) => join(root, ...names);
const age = (path: string, seconds: number) => {
  const time = new Date(Date.now() - seconds * 1000);
  utimesSync(path, time, time);
};
const builds = () => {
  try {
    return readFileSync(file('builds'), 'utf8').length;
  } catch {
    return 0;
  }
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coog-bootstrap-'));
  for (const folder of ['src/deep', 'plugins/one/src', 'node_modules']) mkdirSync(file(folder), { recursive: true });
  const build =
    "const fs = require('fs'); fs.appendFileSync('builds', 'x'); fs.mkdirSync('dist', { recursive: true }); fs.mkdirSync('plugins/one/dist', { recursive: true })";
  writeFileSync(file('build.cjs'), build);
  writeFileSync(
    file('package.json'),
    JSON.stringify({ name: 'scratch', version: '1.0.0', scripts: { build: 'node build.cjs' } }),
  );
  writeFileSync(file('package-lock.json'), '{}');
  writeFileSync(file('src', 'deep', 'a.ts'), '');
  for (const path of ['package.json', 'src', 'src/deep', 'src/deep/a.ts', 'plugins/one/src']) age(file(path), 100);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('isNewEnough', () => {
  it.each([
    ['22.18.0', true],
    ['v22.17.1', false],
    ['24.0.0', true],
    ['v20.20.2\n', false],
  ])('%s: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe('ensureBuilt', () => {
  it('builds once, and again when a source, its folder or an output changes', async () => {
    await ensureBuilt(root);
    await ensureBuilt(root);
    expect(builds()).toBe(1);

    age(file('src', 'deep', 'a.ts'), -1);
    await ensureBuilt(root);
    expect(builds()).toBe(2);
    age(file('src', 'deep', 'a.ts'), 100);

    writeFileSync(file('plugins', 'one', 'src', 'new.ts'), '');
    age(file('plugins', 'one', 'src'), -1);
    await ensureBuilt(root);
    expect(builds()).toBe(3);
    age(file('plugins', 'one', 'src'), 100);
    age(file('plugins', 'one', 'src', 'new.ts'), 100);

    rmSync(file('plugins', 'one', 'dist'), { recursive: true });
    await ensureBuilt(root);
    expect(builds()).toBe(4);
  });
});

describe('ensureDependencies', () => {
  it('leaves an installation alone that npm finished for this lock, and remembers it', async () => {
    writeFileSync(file('node_modules', '.package-lock.json'), '{}');
    await ensureDependencies(root);
    age(file('node_modules', '.package-lock.json'), 100);
    await ensureDependencies(root);
    expect(readFileSync(file('node_modules', '.coog-bootstrap'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });
});
