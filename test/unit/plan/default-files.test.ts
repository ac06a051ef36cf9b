import { describe, expect, it } from 'vitest';
import { errorsOf, goodPlan, planFiles } from '../../support/planning.ts';

const plugin = (entries: string, files: Record<string, string> = {}) => ({
  plugins: [
    {
      name: '@team/p',
      answer: { apiVersion: 1, defaults: 'd', fragments: 'c' },
      files: {
        'd/files.yml': entries,
        'd/a.conf': 'a ${PROJECT_HOSTNAME}',
        'd/a.tmpl': 'a ${COOG_TIMEZONE}',
        'c/t/x.yml': 'services: {x: {image: y}}',
        ...files,
      },
    },
  ],
});
const made = async (entry: string, files: Record<string, string> = {}) => {
  const plan = await goodPlan(files, plugin(`files: [${entry}]`));
  return plan.files.filter((f) => f.path.startsWith('team'));
};

describe('default files of a plugin', () => {
  it.each([
    ['{from: a.conf, to: team/a}', { path: 'team/a', content: 'a ${PROJECT_HOSTNAME}', mode: 0o644, kind: 'managed' }],
    ['{from: defaults/a.conf, to: ./team/a, mode: "0600"}', { path: 'team/a', mode: 0o600 }],
    ['{from: a.tmpl, to: team/a}', { content: 'a Europe/Paris' }],
    ['{to: team/a, create-only: true}', { content: '', kind: 'initial' }],
    ['{to: team/b/, directory: true}', { path: 'team/b/', kind: 'folder', mode: 0o755 }],
    ['{to: team/b, directory: true, mode: "0700"}', { path: 'team/b/', kind: 'folder', mode: 0o700 }],
    ['{from: a.conf, to: team/a, for: t/x}', { path: 'team/a' }],
  ])('are made: %s', async (entry, expected) => expect(await made(entry)).toMatchObject([expected]));

  it('are made only while their fragment takes part', async () => {
    expect(await made('{from: a.conf, to: team/a, for: t/x}', { disabled_services: 't/x' })).toEqual([]);
  });

  it.each([
    ['files: [', /flow|end/i],
    ['- a', /no list "files"/],
    ['', /no list "files"/],
    ['files: [a]', /no map/],
    ['files: [null]', /no map/],
    ['files: [{from: a.conf}]', /"to"/],
    ['files: [{to: team/a, mode: rw}]', /"mode"/],
    ['files: [{to: team/a, mode: 644}]', /"mode"/],
    ['files: [{to: team/a, create_only: true}]', /"create_only"/],
    ['files: [{from: none, to: team/a}]', /none is missing/],
    ['files: [{to: /etc/passwd}]', /outside/],
    ['files: [{to: a/../../b}]', /outside/],
    ['files: [{to: .env}]', /may not be written to \.env/],
    ['files: [{to: ./env.custom}]', /may not be written/],
    ['files: [{to: custom/x}]', /may not be written/],
    ['files: [{to: coog.generated.yml}]', /may not be written/],
    ['files: [{to: compose, directory: true}]', /may not be written/],
    ['files: [{from: b.tmpl, to: team/a}]', /b\.tmpl/],
  ])('are refused by the name of the plugin: %s', async (index, title) => {
    const planned = await planFiles({}, plugin(index, { 'd/b.tmpl': 'a ${' }));
    expect(errorsOf(planned)).toMatchObject([{ code: 'PLUGIN_FILE_INVALID' }]);
    expect(planned.problems[0]?.title).toMatch(/^@team\/p: /);
    expect(planned.problems[0]?.title).toMatch(title);
    expect(planned.problems[0]?.next).toContain('--without-plugin @team/p');
  });
});
