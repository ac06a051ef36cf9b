import { describe, expect, it } from 'vitest';
import { errorsOf, goodPlan, planFiles } from '../../support/planning.ts';
import { b2c } from '../../support/plugins.ts';

const names = async (files: Record<string, string>, options = {}) =>
  (await goodPlan(files, options)).services.map((s) => s.name);

describe('disabled_services', () => {
  it('is read in the root and in custom/, both count', async () => {
    const services = await names({ disabled_services: 'back/cron\n', 'custom/disabled_services': 'back/celery' });
    expect(services).not.toContain('cron');
    expect(services).not.toContain('celery');
    expect(services).toContain('celery-indexes');
  });

  it.each([
    ['comments and empty lines', '# off\n\n  back/cron  # not here\n'],
    ['Windows line ends', 'back/cron\r\nback/celery\r\n'],
    ['a byte order mark', '\uFEFFback/cron\n'],
    ['no line end', 'back/cron'],
    ['the name of the file', 'back/cron.yml'],
    ['a name twice', 'back/cron\nback/cron\n'],
  ])('understands %s', async (_, content) => {
    expect(await names({ disabled_services: content })).not.toContain('cron');
  });

  it.each([
    ['the name of a plugin that is not installed', 'b2c/front\nfront/app-b2c\n', {}],
    ['a template', 'back/common\n', {}],
    ['the name of an installed plugin', 'b2c/front\n', { plugins: [b2c] }],
  ])('accepts %s', async (_, content, options) => {
    expect(await names({ disabled_services: content }, options)).toContain('coog');
  });

  it('refuses every name that nobody knows, with its line and what was probably meant', async () => {
    const planned = await planFiles({
      disabled_services: 'back/crons\n# x\npostgres\n',
      'custom/disabled_services': 'celery_indexes\nfront/nothing-like-it\n',
    });
    expect(planned.plan).toBeUndefined();
    const told = errorsOf(planned).map((p) => [p.code, p.place?.file, p.place?.line, p.next]);
    expect(told).toEqual([
      ['DISABLED_SERVICE_UNKNOWN', 'custom/disabled_services', 1, 'did you mean back/celery_indexes?'],
      ['DISABLED_SERVICE_UNKNOWN', 'custom/disabled_services', 2, expect.stringContaining('coog status --all')],
      ['DISABLED_SERVICE_UNKNOWN', 'disabled_services', 1, 'did you mean back/cron?'],
      ['DISABLED_SERVICE_UNKNOWN', 'disabled_services', 3, 'did you mean database/postgres?'],
    ]);
  });

  it("disables the user's own fragments too, and one that replaces a shipped one with it", async () => {
    const plan = await goodPlan({
      'custom/compose/jaeger.yml': 'services: {jaeger: {image: x}}',
      'custom/compose/back/cron.yml': 'services: {cron: {image: mine}}',
      disabled_services: 'jaeger\nback/cron\n',
    });
    expect(plan.userFiles).toEqual([]);
    expect(Object.keys(plan.userServices)).toEqual([]);
    expect(plan.services.map((s) => s.name)).not.toContain('cron');
    expect(plan.warnings).toEqual([]);
  });
});

describe('waits', () => {
  const waitsOf = async (files: Record<string, string>, options = {}) => {
    const plan = await goodPlan(files, options);
    return Object.fromEntries(
      plan.services.map((s) => [s.name, (s.definition.depends_on ?? {}) as Record<string, { condition: string }>]),
    );
  };

  it('are for healthy or for the end, never for a mere start, in everything that is shipped', async () => {
    const waits = await waitsOf(
      { 'env.custom': `${(await import('../../support/planning.ts')).minimal}ENABLE_SFTP=1\n` },
      { plugins: [b2c] },
    );
    const conditions = new Set(Object.values(waits).flatMap((w) => Object.values(w).map((x) => x.condition)));
    expect([...conditions].sort()).toEqual(['service_completed_successfully', 'service_healthy']);
    for (const [name, wanted] of Object.entries(waits))
      for (const other of Object.keys(wanted))
        expect(Object.keys(waits), `${name} waits for ${other}`).toContain(other);
  });

  it('go over a disabled service to what it waited for', async () => {
    const waits = await waitsOf({ disabled_services: 'back/coog\nback/coog_init\n' });
    expect(waits.celery).toEqual({
      'postgres-init': { condition: 'service_completed_successfully' },
      rabbitmq: { condition: 'service_healthy' },
    });
    expect(waits.bus).toEqual({ 'postgres-init': { condition: 'service_completed_successfully' } });
  });

  it('leave an external database alone, while its databases are still made', async () => {
    const waits = await waitsOf(
      {},
      { env: 'CUSTOM_POSTGRES_HOST=db.example.org\nCUSTOM_MONGO_HOST=mongo.example.org\n' },
    );
    for (const [name, wanted] of Object.entries(waits)) {
      expect(Object.keys(wanted), name).not.toContain('postgres');
      expect(Object.keys(wanted), name).not.toContain('mongo');
    }
    expect(waits['postgres-init']).toEqual({});
    expect(waits.init).toEqual({ 'postgres-init': { condition: 'service_completed_successfully' } });
  });

  it('are for the start of a replacement without a health check', async () => {
    const own = 'services: {coog: {image: mine}}';
    const waits = await waitsOf({ 'custom/compose/back/coog.yml': own });
    expect(waits.cron).toEqual({ coog: { condition: 'service_started' } });
  });

  it('are for the start where an override turns a health check off', async () => {
    const waits = await waitsOf({ 'override.yml': 'services: {rabbitmq: {healthcheck: {disable: true}}}' });
    expect(waits.celery?.rabbitmq).toEqual({ condition: 'service_started' });
  });

  it('sftp is there by its switch only', async () => {
    expect(await names({})).not.toContain('sftp');
    expect(await names({}, { env: 'ENABLE_SFTP=1\n' })).toContain('sftp');
  });
});
