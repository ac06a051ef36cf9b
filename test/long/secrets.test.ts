import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containersOf, summary } from '../support/e2e/containers.ts';
import {
  DEMO_DEADLINE,
  type Demo,
  type DemoOptions,
  endDemo,
  logInAsAdmin,
  nasty,
  setVariable,
  sharedDemo,
  sql,
} from '../support/e2e/demo.ts';
import { givenProjectOf, sleeper } from '../support/e2e/light.ts';
import { COMPOSES } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { filesWithSecrets, holds, watchArguments } from '../support/e2e/secrets.ts';

const MAY_HOLD_SECRETS = ['.env', 'env.custom'];

const demos: DemoOptions[] = [
  { title: 'main', compose: '2.26', settings: { COOG_UWSGI_STATS: '1' } },
  {
    title: 'nasty',
    compose: '1.29.2',
    settings: { ...nasty, COOG_EXTRA_DATABASES: 'coog_extra', DEMO_MODULES: 'party', DEMO_PUBLISH_DIRECTLY: 'true' },
  },
];

const used = new Set<Demo>();
afterAll(() => Promise.all([...used].map(({ project }) => endDemo(project))), 120_000);

describe.each(demos)('the demo under Compose $compose', (options) => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await sharedDemo(options);
    used.add(demo);
  }, DEMO_DEADLINE);

  test('no secret stood in an argument list while it started', () => {
    expect(demo.watched.looks).toBeGreaterThan(20);
    expect(demo.watched.seen).toEqual([]);
  });

  test('no secret was printed', () => {
    expect(holds(demo.up.stdout + demo.up.stderr, demo.secrets)).toBe(false);
  });

  test('no secret is in a file other than env.custom and .env', async () => {
    expect(await filesWithSecrets(demo.project.folder, demo.secrets)).toEqual(MAY_HOLD_SECRETS);
  });

  test('looking prints none either', async () => {
    for (const command of [['status'], ['config:list'], ['configure', '--check'], ['logs', '--tail', '50']]) {
      const { stdout, stderr } = await demo.project.coog(...command);
      expect(holds(stdout + stderr, demo.secrets), command.join(' ')).toBe(false);
    }
  });
});

describe('secrets of nasty characters, under Compose 1.29.2 exactly', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await sharedDemo(demos[1] as DemoOptions);
    used.add(demo);
  }, DEMO_DEADLINE);

  test('they reach the containers unchanged', async () => {
    const { project } = demo;
    const [postgres, rabbitmq, coog] = await Promise.all(
      ['postgres', 'rabbitmq', 'coog'].map((service) => project.container(service)),
    );

    expect(postgres?.environment.POSTGRES_PASSWORD).toBe(nasty.CUSTOM_POSTGRES_PASSWORD);
    expect(rabbitmq?.environment.RABBITMQ_DEFAULT_PASS).toBe(nasty.CUSTOM_RABBITMQ_PASSWORD);
    expect(coog?.environment.COOG_DB_PASSWORD).toBe(nasty.CUSTOM_POSTGRES_PASSWORD);
    expect(coog?.environment.TRYTOND_SESSION__PASSPHRASE).toBe(nasty.COOG_PASSPHRASE);
    const uri = new URL(coog?.environment.TRYTOND_DATABASE__URI ?? '');
    expect(decodeURIComponent(uri.password)).toBe(nasty.CUSTOM_POSTGRES_PASSWORD);
  });

  test('everything works with them: services, log-in, broker', async () => {
    const { project } = demo;
    const broken = summary(await containersOf(project.name)).filter((line) => !/healthy|exited 0/.test(line));
    expect(broken).toEqual([]);
    expect((await logInAsAdmin(project)).userId).toBeGreaterThan(0);
    const { stdout } = await project.coog('exec', 'rabbitmq', 'rabbitmqctl', '-q', 'list_connections', 'user', 'state');
    expect(stdout).toMatch(/guest\s+running/);
  });

  test.each(['coog', 'coog_extra'])('the database %s exists with its extensions', async (database) => {
    const found = await sql(demo.project, database, 'SELECT extname FROM pg_extension ORDER BY extname');
    expect(found).toEqual(['pg_trgm', 'plpgsql', 'unaccent']);
  });

  test('the server serves the extra database, too', async () => {
    expect((await logInAsAdmin(demo.project, 'coog_extra')).userId).toBeGreaterThan(0);
  });
});

test.each(COMPOSES)('with Compose %s every nasty value reaches a container as it was set', async (compose) => {
  const values = {
    POSTGRES_PASSWORD: nasty.CUSTOM_POSTGRES_PASSWORD,
    RABBITMQ_PASSWORD: nasty.CUSTOM_RABBITMQ_PASSWORD,
    COOG_PASSPHRASE: nasty.COOG_PASSPHRASE,
    MONGO_PASSWORD: ' blanks around ',
  };
  const environment = Object.fromEntries(Object.keys(values).map((name) => [name, `\${${name}}`]));
  const project = await givenProjectOf({ back: sleeper({ environment }) }, { compose });
  for (const [name, value] of Object.entries(values)) await setVariable(project, name, value);
  const watching = watchArguments(Object.values(values));

  thenItSucceeded(await project.coog('up', '-d'));

  expect((await watching.stop()).seen).toEqual([]);
  expect((await project.container('back')).environment).toMatchObject(values);
});
