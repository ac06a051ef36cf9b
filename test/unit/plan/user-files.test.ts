import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../../support/folder.ts';
import {
  codes,
  composeFileLine,
  errorsOf,
  generatedModel,
  goodPlan,
  minimal,
  planFiles,
  rendered,
} from '../../support/planning.ts';
import { b2c } from '../../support/plugins.ts';

const own = (name: string) => `services: {${name}: {image: x}}\n`;

describe("the user's compose files", () => {
  it('stand behind the generated one: custom/compose, compose, custom/override, override', async () => {
    const plan = await goodPlan({
      'override.yml': 'services: {coog: {labels: [a=b]}}',
      'custom/override.yml': 'services: {coog: {labels: [a=c]}}',
      'compose/tools/z.yml': own('z'),
      'compose/a.yaml': own('a'),
      'custom/compose/jaeger.yml': own('jaeger'),
      'custom/compose/custom/deep/er.yml': own('deep'),
    });
    expect(composeFileLine(plan).split(':')).toEqual([
      'coog.generated.yml',
      'custom/compose/custom/deep/er.yml',
      'custom/compose/jaeger.yml',
      'compose/a.yaml',
      'compose/tools/z.yml',
      'custom/override.yml',
      'override.yml',
    ]);
    expect(Object.keys(plan.userServices).sort()).toEqual(['a', 'deep', 'jaeger', 'z']);
  });

  it('are loaded when their path contains "common" (fault 7)', async () => {
    const plan = await goodPlan({
      'custom/compose/common/tools-common.yml': own('common-tools'),
      'compose/uncommon.yml': own('b'),
    });
    expect(Object.keys(plan.userServices).sort()).toEqual(['b', 'common-tools']);
  });

  it.each([
    ['a colon', 'custom/compose/a:b.yml', ';'],
    ['a colon and a semicolon', 'custom/compose/a:b;c.yml', '|'],
    ['a space', 'custom/compose/my own file.yml', ':'],
    ['a dollar and quotes', `custom/compose/it's $HOME "x".yml`, ':'],
  ])('may have %s in the name', async (_, path, separator) => {
    const plan = await goodPlan({ [path]: own('a') });
    const env = rendered(plan, '.env').content;
    expect(/^COMPOSE_PATH_SEPARATOR="?(.)"?$/m.exec(env)?.[1]).toBe(separator);
    expect(plan.userFiles.map((f) => f.path)).toEqual([path]);
  });

  it('are not looked for in hidden folders, but behind links', async () => {
    const shared = await folderWith({ 'a.yml': own('shared') });
    const folder = await folderWith({
      'env.custom': minimal,
      'custom/compose/.git/x.yml': own('hidden'),
      'custom/compose/.github/workflows/ci.yml': 'jobs: {}',
    });
    await symlink(shared, join(folder, 'custom/compose/shared'));
    const { plan } = await planFiles({}, { folder });
    expect(plan?.userFiles.map((f) => f.path)).toEqual(['custom/compose/shared/a.yml']);
  });

  it('are left out when they are empty: docker-compose 1.29.2 refuses them', async () => {
    const plan = await goodPlan({ 'override.yml': '# nothing yet\n', 'custom/compose/x.yml': '' });
    expect(composeFileLine(plan)).toBe('coog.generated.yml');
  });

  it('replace a shipped fragment of the same name, with a notice', async () => {
    const plan = await goodPlan({ 'custom/compose/database/postgres.yml': own('postgres') });
    expect(plan.warnings).toEqual(['FRAGMENT_REPLACED']);
    expect(plan.services.map((s) => s.name)).not.toContain('postgres');
    expect(Object.keys(plan.userServices)).toEqual(['postgres']);
  });

  it('replace a shipped template for the services that build on it, and are no service then', async () => {
    const mine = 'services: {back-common: {image: mine, environment: {ONLY: mine}}}';
    const plan = await goodPlan({ 'custom/compose/back/common.yml': mine });
    expect(plan.warnings).toEqual(['FRAGMENT_REPLACED']);
    expect(plan.userFiles).toEqual([]);
    const coog = plan.services.find((s) => s.name === 'coog')?.definition;
    expect(coog).toMatchObject({ image: 'mine', environment: { ONLY: 'mine', TRYTOND_WEB__NUM_PROXIES: '1' } });
    expect(coog?.environment).not.toHaveProperty('TRYTOND_DATABASE__LANGUAGE');
  });

  it('tell everything that is wrong with them at once, each with its place', async () => {
    const planned = await planFiles({
      'override.yml': 'services:\n  coog: {labels: [a=b]}\n  bus2: {labels: [a=b]}\n  b2c-front: {ports: ["1:1"]}\n',
      'custom/override.yml': 'services: [',
      'compose/a.yml': 'services:\n  a:\n    image: x\n    depends_on: [nobody]\n',
    });
    expect(errorsOf(planned).map((p) => [p.code, p.place?.file, p.place?.line])).toEqual([
      ['USER_FILE_INVALID', 'custom/override.yml', 1],
      ['USER_SERVICE_WAITS', 'compose/a.yml', 2],
      ['USER_SERVICE_INCOMPLETE', 'override.yml', 3],
      ['USER_SERVICE_INCOMPLETE', 'override.yml', 4],
    ]);
    expect(planned.problems.find((p) => p.place?.line === 3)?.next).toContain('bus');
    expect(planned.problems.at(-1)?.next).toContain('coog plugins:install @coog/plugin-b2c');
  });

  it('may wait for what need not be there', async () => {
    await goodPlan({
      'a.yml': '',
      'compose/a.yml': 'services: {a: {image: x, depends_on: {nobody: {condition: service_started, required: false}}}}',
    });
  });

  it('say which fragment a changed service belongs to when it is disabled', async () => {
    const planned = await planFiles({
      disabled_services: 'back/cron',
      'override.yml': 'services: {cron: {labels: [a=b]}}',
    });
    const [problem] = errorsOf(planned);
    expect(problem).toMatchObject({ code: 'USER_SERVICE_INCOMPLETE' });
    expect(problem?.next).toContain('back/cron');
  });

  it('define a service by a merge key or an anchor, too', async () => {
    const plan = await goodPlan({
      'compose/a.yml': 'x-b: &b {image: x}\nservices:\n  a:\n    <<: *b\n    user: "1"\n  c: *b\n',
    });
    expect(Object.keys(plan.userServices).sort()).toEqual(['a', 'c']);
  });
});

describe('references in them', () => {
  it('warn when nobody gives a value, once a file, with a guess', async () => {
    const planned = await planFiles({
      'override.yml':
        'services:\n  coog:\n    labels:\n      - a=${PROJECT_HOSTNAM}\n      - b=${PROJECT_HOSTNAM} ${OK:-x} $$NO\n',
    });
    expect(planned.problems).toMatchObject([{ code: 'REFERENCE_UNSET', severity: 'warning', place: { line: 4 } }]);
    expect(planned.problems[0]?.next).toContain('PROJECT_HOSTNAME');
  });

  it("bring the user's own variables into .env", async () => {
    const files = {
      'override.yml': 'services: {coog: {environment: {A: "${MY_OWN}", HANDED_ON: }}}',
      'custom/env.custom': 'MY_OWN=custom\nHANDED_ON=yes\nUNUSED=x\n',
      'env.custom': `${minimal}MY_OWN="root \${HANDED_ON}"\n`,
    };
    const plan = await goodPlan(files);
    const env = rendered(plan, '.env').content;
    expect(env).toContain('\nMY_OWN="root yes"\n');
    expect(env).toContain('\nHANDED_ON=yes\n');
    expect(env).not.toContain('UNUSED');
    expect(plan.warnings).toEqual(['VARIABLE_UNKNOWN']);
  });

  it('to what only coog reads warn: it does not reach Compose', async () => {
    const { declarations } = await goodPlan();
    const internal = declarations.find((d) => d.internal)?.name;
    expect(internal).toBeDefined();
    const plan = await goodPlan({ 'override.yml': `services: {coog: {labels: ["a=\${${internal}}"]}}` });
    expect(plan.warnings).toEqual(['REFERENCE_UNSET']);
  });
});

describe('ENABLE_HOST_NETWORK_INTEGRATION', () => {
  const gateway = { 'host.docker.internal': 'host-gateway' };
  const hostsOf = (hosts: unknown) =>
    Array.isArray(hosts) ? Object.fromEntries(hosts.map((h) => String(h).split(':'))) : hosts;

  it("reaches every service, the user's own and one with hosts of its own", async () => {
    const plan = await goodPlan(
      { 'compose/a.yml': 'services: {a: {image: x}, b: {image: x, network_mode: "service:a"}}' },
      {
        env: 'ENABLE_HOST_NETWORK_INTEGRATION=1\n',
        plugins: [
          b2c,
          {
            name: 'p',
            answer: { apiVersion: 1, patches: 'p' },
            files: { 'p/a.yml': 'services: {coog: {extra_hosts: ["x:1.2.3.4"]}}' },
          },
        ],
      },
    );
    const { services } = generatedModel(plan);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['a', 'coog', 'b2c-front']));
    for (const [name, service] of Object.entries(services))
      if (name !== 'b') expect(hostsOf(service.extra_hosts), name).toMatchObject(gateway);
    expect(hostsOf(services.coog?.extra_hosts)).toEqual({ ...gateway, x: '1.2.3.4' });
    expect(services.b).not.toHaveProperty('extra_hosts');
  });

  it('is off by default', async () => {
    const { services } = generatedModel(await goodPlan({ 'compose/a.yml': own('a') }));
    for (const service of Object.values(services)) expect(service).not.toHaveProperty('extra_hosts');
  });
});

describe('a project', () => {
  it('tells a file that cannot be read by its name', async () => {
    const folder = await folderWith({ 'env.custom': minimal });
    await mkdir(join(folder, 'override.yml'));
    await expect(planFiles({}, { folder })).rejects.toMatchObject({
      problems: [{ code: 'FILE_UNREADABLE', place: { file: join(folder, 'override.yml') } }],
    });
  });

  it('needs no root files: everything may stand in custom/', async () => {
    const folder = await folderWith({
      'custom/env.custom': minimal,
      'custom/disabled_services': 'back/cron\n',
      'custom/override.yml': 'services: {coog: {labels: [a=b]}}',
      'custom/compose/custom/x.yml': own('x'),
      'custom/env/back.env': 'A=1\n',
    });
    const { plan, problems } = await planFiles({}, { folder });
    expect(codes(problems)).toEqual([]);
    expect(plan?.services.map((s) => s.name)).not.toContain('cron');
    expect(plan?.services.find((s) => s.name === 'coog')?.definition.env_file).toEqual(['custom/env/back.env']);
    expect(plan?.userFiles.map((f) => f.path)).toEqual(['custom/compose/custom/x.yml', 'custom/override.yml']);
  });
});
