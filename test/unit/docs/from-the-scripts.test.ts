import { expect, test } from 'vitest';
import { read } from './repository.ts';

/** What the manual of the scripts names (its sections "Commands" and "Debug tools"). */
const old = [
  ...['configure', 'up', 'up -d', 'down', 'tools/uwsgi_stats', 'tools/uwsgi_tracebacks'],
  ...['reset', 'update', 'dump', 'load', 'change_admin_password', 'anonymize'].map((name) => `manage_db ${name}`),
].map((name) => `bin/${name}`);

const guide = read('docs/from-the-scripts.md');

test.each(old)('the guide for people who come from the scripts says what %s is now', (name) => {
  const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}`));
  expect(row?.split(' | ')[1]).toMatch(/^`coog [a-z:-]+|^not yet/);
});

test('the README points to it', () => {
  expect(read('README.md')).toContain('(docs/from-the-scripts.md)');
});
