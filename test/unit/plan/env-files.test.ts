import { describe, expect, it } from 'vitest';
import { generatedModel, goodPlan, rendered } from '../../support/planning.ts';

const envFilesOf = async (service: string, files: Record<string, string>) => {
  const plan = await goodPlan(files);
  const made = plan.files.filter((f) => f.kind === 'initial' && f.path.endsWith('.env')).map((f) => f.path);
  return { plan, made, list: generatedModel(plan).services[service]?.env_file };
};

describe('env/*.env', () => {
  it('are made in env/ when missing, by their owner only, back.env with the recommended values', async () => {
    const { plan, made, list } = await envFilesOf('celery', {});
    expect(list).toEqual(['env/back.env', 'env/celery.env']);
    expect(made).toContain('env/back.env');
    expect(rendered(plan, 'env/back.env')).toMatchObject({ kind: 'initial', mode: 0o600 });
    expect(rendered(plan, 'env/back.env').content).toMatch(/^TRYTOND_DATABASE__PATH=\/workspace\/io\/edm$/m);
    expect(rendered(plan, 'env/celery.env').content.replace(/^#.*\n/gm, '')).toBe('');
  });

  it('in custom/env when the project has that folder', async () => {
    const { made, list } = await envFilesOf('celery', { 'custom/env/celery.env': 'A=1\n' });
    expect(list).toEqual(['custom/env/back.env', 'custom/env/celery.env']);
    expect(made).toContain('custom/env/back.env');
    expect(made.filter((path) => path.startsWith('env/') || path.includes('celery.env'))).toEqual([]);
  });

  it('of both folders count, the one in the root is the stronger', async () => {
    const { list } = await envFilesOf('cron', {
      'custom/env/back.env': 'A=1\n',
      'env/back.env': 'A=2\n',
      'env/celery.env': '',
    });
    expect(list).toEqual(['custom/env/back.env', 'env/back.env', 'env/celery.env']);
  });

  it('of services that are disabled are not made', async () => {
    expect((await envFilesOf('coog', { disabled_services: 'front/portal' })).made).not.toContain('env/portal.env');
  });

  it("of the user's own services are made where they are looked for", async () => {
    const service =
      'services: {a: {image: x, env_file: [./env/a.env, elsewhere/b.env]}, b: {image: x, env_file: env/c.env}}';
    const { made } = await envFilesOf('coog', { 'compose/a.yml': service, 'custom/env/': '' });
    expect(made).toEqual(expect.arrayContaining(['env/a.env', 'env/c.env']));
    expect(made.join()).not.toContain('elsewhere');
  });

  it('that are there are never planned again', async () => {
    const { made } = await envFilesOf('coog', { 'env/back.env': 'MINE=1\n' });
    expect(made).not.toContain('env/back.env');
  });
});
