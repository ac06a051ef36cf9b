import { describe, expect, it } from 'vitest';
import { backupName, filestorePath, manifestPath } from '../../../../src/database/archive/index.ts';
import { shellPath } from '../../../../src/database/archive/names.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const odd = ['a b', 'x;y', '"q"', '$(id)', '-x', '../x', '.', '..', '', 'é', 'a/b', 'a\nb', 'x'.repeat(300), 'a\0b'];

describe('the name of a backup', () => {
  it('holds project, database and the time in UTC', () => {
    expect(backupName('demo', 'coog', now)).toBe('demo-coog-20260102T030405Z.dump');
    expect(backupName('my_project', 'coog-2.test', now)).toBe('my_project-coog-2.test-20260102T030405Z.dump');
  });

  it.each(odd)('is a plain file name for the database %j', (database) => {
    for (const name of [backupName('demo', database, now), backupName(database, 'coog', now)]) {
      expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*-20260102T030405Z\.dump$/);
      expect(filestorePath(manifestPath(name)).length).toBeLessThan(255);
    }
  });

  it('is another for another database', () => {
    const databases = [...odd, 'a_b', 'a b ', 'A b', 'x_y', '_x', `${'x'.repeat(299)}y`];
    expect(new Set(databases.map((d) => backupName('demo', d, now))).size).toBe(databases.length);
  });
});

it('a path in a command is one word of a shell', () => {
  expect(shellPath('/srv/backups/a.dump')).toBe('/srv/backups/a.dump');
  expect(shellPath("/srv/my backups/it's $(id)")).toBe(`'/srv/my backups/it'\\''s $(id)'`);
  expect(shellPath('-x')).toBe("'-x'");
});
