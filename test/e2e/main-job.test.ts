import { beforeAll, expect, test } from 'vitest';
import { type Container, ids, summary } from '../support/e2e/containers.ts';
import { runCoog } from '../support/e2e/coog.ts';
import { DEMO_DEADLINE, type Demo, logInAsAdmin, serverOf, sharedDemo, sql } from '../support/e2e/demo.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { logIn } from '../support/e2e/tryton.ts';
import { until } from '../support/e2e/until.ts';

let demo: Demo;
let project: Project;
beforeAll(async () => {
  demo = await sharedDemo({ title: 'main', compose: '2.26', settings: { COOG_UWSGI_STATS: '1' }, asInit: true });
  project = demo.project;
}, DEMO_DEADLINE);

const ALL_WELL = [
  'bus running healthy',
  'celery running healthy',
  'celery-indexes running healthy',
  'coog running healthy',
  'cron running healthy',
  'init exited 0',
  'postgres running healthy',
  'postgres-init exited 0',
  'rabbitmq running healthy',
  'redis running healthy',
  'unoconv running healthy',
];

test('init --demo and up -d: every service is healthy or completed when it returns', async () => {
  expect(demo.up.exitCode).toBe(0);
  expect(demo.up.stdout).toContain(`${project.name} runs, every service is healthy (11 services)`);
  expect(demo.up.stdout).toContain(await project.value('BASE_URL'));
  expect(summary(await project.containers())).toEqual(ALL_WELL);
});

test('coog doctor finds it well, and tells an extension that is missing with its cure', async () => {
  const wanted = [
    ...['engine-reachable', 'compose-usable', 'required-variables', 'plugins-fit', 'configuration', 'generated-files'],
    ...['compose-files', 'services-run', 'services-present', 'leftover-containers', 'restart-loops', 'log-rotation'],
    ...['database-reachable', 'databases-present', 'database-extensions', 'default-secrets'],
  ];
  const found = await examined();
  expect(wanted.map((id) => [id, found.get(id)?.status])).toEqual(wanted.map((id) => [id, 'ok']));

  await sql(project, 'coog', 'DROP EXTENSION unaccent');
  const broken = (await examined()).get('database-extensions');
  await sql(project, 'coog', 'CREATE EXTENSION unaccent');

  expect(broken).toMatchObject({ status: 'error', findings: [{ title: 'the database coog lacks unaccent' }] });
  expect(broken?.findings[0]?.next).toContain('CREATE EXTENSION unaccent;');
});

interface Report {
  readonly id: string;
  readonly status: string;
  readonly findings: readonly { readonly title: string; readonly next?: string }[];
}

async function examined(): Promise<Map<string, Report>> {
  const { checks } = jsonOf<{ checks: Report[] }>(await project.coog('doctor', '--timeout', '120', '--json'));
  return new Map(checks.map((report) => [report.id, report]));
}

test('where the proxy cannot be pulled the server is published directly, and coog has said so', async () => {
  expect(await project.value('DEMO_PUBLISH_DIRECTLY')).toBe('true');
  expect(demo.up.stderr).toMatch(/traefik\S* cannot be pulled here: the server is published directly on port \d+/);
});

test('log-in by JSON-RPC: the right password is let in, a wrong one is refused', async () => {
  const session = await logInAsAdmin(project);
  expect(session.userId).toBeGreaterThan(0);

  await expect(logIn(await serverOf(project), 'admin', 'wrong')).rejects.toThrow('log-in refused: 401');
});

test('a party made through the API can be read by another session', async () => {
  const one = await logInAsAdmin(project);
  const [id] = await one.call<number[]>('model.party.party.create', [{ name: 'Zoë Müller' }]);

  const other = await logInAsAdmin(project);
  const found = await other.call<{ name: string }[]>('model.party.party.read', [id], ['name']);

  expect(found).toMatchObject([{ name: 'Zoë Müller' }]);
});

test('the modules of the demo are active', async () => {
  const active = await sql(project, 'coog', "SELECT name FROM ir_module WHERE state = 'activated' ORDER BY name");
  expect(active).toEqual(expect.arrayContaining(['bank', 'company', 'country', 'currency', 'ir', 'party', 'res']));
});

test("a worker runs what is put into Tryton's queue", async () => {
  const session = await logInAsAdmin(project);
  const [id] = await session.call<number[]>('model.party.party.create', [{ name: 'to be renamed' }]);
  const task = {
    model: 'party.party',
    method: 'write',
    instances: [id],
    args: [{ name: 'by the worker' }],
    kwargs: {},
  };
  await sql(
    project,
    'coog',
    `INSERT INTO ir_queue (name, data, enqueued_at, create_date) VALUES ('default', '${JSON.stringify({
      ...task,
      user: session.userId,
      context: {},
    })}', now(), now()); NOTIFY "'ir.queue'";`,
  );

  await until('the worker to rename it', async () => {
    const [row] = await session.call<{ name: string }[]>('model.party.party.read', [id], ['name']);
    return row?.name === 'by the worker';
  });
  const left = await until('the entry to be finished', () =>
    sql(project, 'coog', 'SELECT count(*) FROM ir_queue WHERE finished_at IS NULL').then(([n]) => n === '0' && [n]),
  );
  expect(left).toEqual(['0']);
});

test('cron runs a scheduled action that is due', async () => {
  const [id] = await sql(
    project,
    'coog',
    "UPDATE ir_cron SET next_call = now() - interval '1 day' WHERE id = (SELECT min(id) FROM ir_cron WHERE active) RETURNING id",
  );

  thenItSucceeded(await project.coog('restart', 'cron'));

  await until('the action to be planned anew', async () => {
    const [due] = await sql(project, 'coog', `SELECT next_call > now() FROM ir_cron WHERE id = ${id}`);
    return due === 't';
  });
});

test('a document is converted inside the network, at the address that reports use', async () => {
  const python = `
import urllib.request
request = urllib.request.Request('http://unoconv:5000/unoconv/pdf', b'Bonjour, ceci est un contrat.',
    {'Content-Type': 'text/plain', 'X-Filename': 'contract.txt'})
answer = urllib.request.urlopen(request, timeout=120)
print(answer.status, answer.headers['Content-Type'], answer.read()[:5])
`;
  const converted = await runCoog(['exec', 'coog', 'python3', '-'], { ...project, input: python });

  expect(converted.stdout, converted.stderr).toBe("200 application/pdf b'%PDF-'\n");
  expect((await project.container('coog')).environment.TRYTOND_REPORT__API).toBe('http://unoconv:5000/unoconv/{oext}');
});

test('COOG_UWSGI_STATS: the server answers its statistics on the socket', async () => {
  const stats = await project.coog('exec', 'coog', 'uwsgi', '--connect-and-read', '/tmp/uwsgi_stats');

  const text = stats.stdout + stats.stderr;
  expect(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).toHaveProperty('workers');
});

test('a second up -d recreates nothing and asks nothing of a registry', async () => {
  const before = await project.containers();

  const up = await project.coog('up', '-d');

  thenItSucceeded(up);
  expect(ids(await project.containers())).toEqual(ids(before));
  expect(longRunning(await project.containers())).toEqual(longRunning(before));
  expect(up.stderr).not.toMatch(/Pulling|Building|Wrote/);
});

test('config:set and up -d recreate what receives the variable and what waits for that, nothing else', async () => {
  const before = ids(await project.containers());
  thenItSucceeded(await project.coog('config:set', 'COOG_UWSGI_TRACEBACKER=1'));
  const { receivedBy } = jsonOf<{ receivedBy: { service: string }[] }>(
    await project.coog('config:explain', 'COOG_UWSGI_TRACEBACKER', '--json'),
  );

  thenItSucceeded(await project.coog('up', '-d'));

  const after = ids(await project.containers());
  const recreated = Object.keys(after).filter((service) => after[service] !== before[service]);
  expect(receivedBy.map(({ service }) => service)).toEqual(['coog']);
  // Compose 2 recreates whoever depends on a container that it has recreated.
  expect(recreated).toEqual(['celery', 'celery-indexes', 'coog', 'cron']);
  expect((await logInAsAdmin(project)).userId).toBeGreaterThan(0);
});

test('down and up: the rows are still there', async () => {
  const [id] = await (await logInAsAdmin(project)).call<number[]>('model.party.party.create', [{ name: 'survivor' }]);

  thenItSucceeded(await project.coog('down'));
  expect(await project.containers()).toEqual([]);
  thenItSucceeded(await project.coog('up', '-d'));

  const read = (await logInAsAdmin(project)).call<{ name: string }[]>('model.party.party.read', [id], ['name']);
  expect(await read).toMatchObject([{ name: 'survivor' }]);
  expect(summary(await project.containers())).toEqual(ALL_WELL);
});

const longRunning = (containers: readonly Container[]): [string, number][] =>
  containers.filter(({ state }) => state === 'running').map(({ service, pid }) => [service, pid]);
