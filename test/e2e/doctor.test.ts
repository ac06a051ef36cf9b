import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Ended } from '../support/e2e/coog.ts';
import { givenProjectOf, oneShot, probe, type Service, script, sleeper } from '../support/e2e/light.ts';
import { docker, IMAGE } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { until } from '../support/e2e/until.ts';

interface Finding {
  readonly severity: string;
  readonly title: string;
  readonly evidence?: string;
  readonly next?: string;
  readonly code?: string;
}
interface Report {
  readonly id: string;
  readonly status: string;
  readonly findings: readonly Finding[];
}

/** With time enough for a machine that does other things. */
const doctor = (project: Project, ...args: string[]): Promise<Ended> =>
  project.coog('doctor', '--timeout', '120', '--json', ...args);

async function reports(project: Project): Promise<Map<string, Report>> {
  const { checks } = jsonOf<{ checks: Report[] }>(await doctor(project));
  return new Map(checks.map((report) => [report.id, report]));
}

const running = async (
  services: Readonly<Record<string, Service>>,
  settings: readonly string[] = [],
): Promise<Project> => {
  const project = await givenProjectOf(services, { settings });
  thenItSucceeded(await project.coog('up', '-d'));
  return project;
};

/** A log of these lines: what a real one has of a known error. */
const saying = (...lines: string[]): Service =>
  script(`${lines.map((line) => `echo '${line}'`).join('; ')}; sleep infinity`);

async function untilLogged(project: Project, service: string, text: string): Promise<void> {
  const { id } = await project.container(service);
  await until(`the log of ${service}`, async () => (await docker('logs', id)).includes(text));
}

describe('from the FAQ of the scripts', () => {
  test('PreconditionFailed in the log of Celery, and "Not allowed by CORS"', async () => {
    const celery =
      '406) PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms.';
    const project = await running({
      celery: saying(
        'celery@9268f28e1bd4 ready.',
        `amqp.exceptions.PreconditionFailed: (0, 0): (${celery}`,
        'preparing to start',
      ),
      portal: saying('Error: Not allowed by CORS'),
      quiet: saying('all is well'),
    });
    await untilLogged(project, 'celery', 'preparing');
    await untilLogged(project, 'portal', 'CORS');

    const found = await reports(project);

    const [timeout] = found.get('celery-timeouts')?.findings ?? [];
    expect(timeout?.title).toContain('celery');
    expect(timeout?.evidence).toContain('PreconditionFailed');
    expect(timeout?.next).toContain('CUSTOM_RABBITMQ_FOLDER');
    const [cors] = found.get('cors')?.findings ?? [];
    expect(cors?.evidence).toBe('portal: Error: Not allowed by CORS');
    expect(cors?.next).toContain('MAIN_URL_SCHEME');
    expect(found.get('full-disk')).toMatchObject({ status: 'ok' });
  });

  test('logs that nothing bounds', async () => {
    const project = await running(
      { bounded: sleeper({ logging: { driver: 'local' } }), endless: sleeper({ logging: { driver: 'json-file' } }) },
      ['LOGGING_CONFIGURATION_TEMPLATE=none'],
    );
    expect((await reports(project)).get('log-rotation')).toMatchObject({
      status: 'warning',
      findings: [
        {
          evidence: 'driver json-file without max-size: endless',
          next: 'coog config:set LOGGING_CONFIGURATION_TEMPLATE=default, then coog up -d',
        },
      ],
    });
  });

  test('a subnet that another network has: a free one is named', async () => {
    const other = await givenProjectOf({ back: sleeper({ network_mode: undefined, networks: ['backend'] }) });
    thenItSucceeded(await other.coog('up', '-d'));
    const subnet = await other.value('NETWORK_BACKEND_SUBNET');
    const project = await givenProjectOf({ back: sleeper({ network_mode: undefined, networks: ['backend'] }) });
    thenItSucceeded(await project.coog('config:set', `CUSTOM_NETWORK_BACKEND_SUBNET=${subnet}`));
    thenItSucceeded(await project.coog('configure'));

    const report = (await reports(project)).get('subnets');

    expect(report).toMatchObject({ status: 'error', findings: [{ code: 'SUBNET_OVERLAP' }] });
    expect(report?.findings[0]?.next).toMatch(/coog config:set CUSTOM_NETWORK_BACKEND_SUBNET=?\s?10\./);
  });

  test('an env file that is missing', async () => {
    const project = await givenProjectOf({ back: sleeper({ env_file: ['settings/back.env'] }) });
    thenItSucceeded(await project.coog('configure'));
    const [finding] = (await reports(project)).get('compose-files')?.findings ?? [];
    expect(finding?.evidence).toContain('settings/back.env');
    expect(finding?.next).toContain('coog configure');
  });
});

describe('what runs', () => {
  test('a project that is well: no error, exit code 0', async () => {
    const project = await running({ back: sleeper(probe('true')), once: oneShot('true') }, [
      'JWT_ENCRYPTION=0123456789abcdef',
      'COOG_GATEWAY_TOKEN=0123456789abcdef',
    ]);
    const ended = await doctor(project);
    const { checks, errors } = jsonOf<{ checks: Report[]; errors: number }>(ended);
    expect(checks.filter(({ status }) => status === 'error' || status === 'hung')).toEqual([]);
    expect([ended.exitCode, errors]).toEqual([0, 0]);
    expect((await doctor(project, '--fix')).exitCode).toBe(0);
  });

  test('what failed, what is missing and what is left over; exit code 1', async () => {
    const project = await running({ back: sleeper(), gone: sleeper() });
    thenItSucceeded(await project.coog('exec', 'back', 'true'));
    await project.write({
      'custom/compose/test/gone.yml': 'services: {}\n',
      'custom/compose/test/late.yml': JSON.stringify({ services: { late: sleeper() } }),
    });
    const { id } = await project.container('back');
    await docker('pause', id);

    const ended = await doctor(project);
    await docker('unpause', id);

    expect(ended.exitCode).toBe(1);
    const { checks } = jsonOf<{ checks: Report[] }>(ended);
    const titles = (name: string) => checks.find((c) => c.id === name)?.findings.map(({ title }) => title);
    expect(titles('services-run')).toEqual(['back is paused']);
    expect(titles('services-present')).toEqual(['1 services of the project have no container: late']);
    expect(titles('leftover-containers')).toEqual([
      `containers of services that the project no longer has: ${project.name}-gone-1`,
    ]);
    expect(titles('generated-files')).toHaveLength(1);
  });

  test('another folder with the name of this project, and an image that was replaced', async () => {
    const tag = `coog-test/doctor:${Date.now()}`;
    await docker('tag', IMAGE, tag);
    onTestFinished(() => docker('rmi', '-f', tag).then(() => undefined));
    const project = await running({ back: sleeper({ image: tag }) });
    await docker('commit', '--change', 'ENV NEW=1', (await project.container('back')).id, tag);
    const second = await givenProjectOf({ back: sleeper() });
    thenItSucceeded(await second.coog('config:set', `COMPOSE_PROJECT_NAME=${project.name}`));

    expect((await reports(project)).get('outdated-containers')).toMatchObject({
      status: 'warning',
      findings: [{ next: 'coog up -d' }],
    });
    const [finding] = (await reports(second)).get('project-name')?.findings ?? [];
    expect(finding).toMatchObject({ severity: 'error' });
    expect(finding?.title).toContain(project.folder);
  });
});

test('an engine that hangs is told within the time, and what does not need it has its answers', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const project = (await givenProjectOf({ back: sleeper() })).with({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });

  const { checks } = jsonOf<{ checks: Report[] }>(await project.coog('doctor', '--timeout', '10', '--json'));

  const status = new Map(checks.map((check) => [check.id, check.status]));
  expect(status.get('engine-reachable')).toBe('hung');
  expect(status.get('services-run')).toBe('hung');
  expect(status.get('required-variables')).toBe('ok');
  const shown = await project.coog('doctor', '--timeout', '10');
  expect(shown.stdout).toMatch(/checks gave no answer in time: engine-reachable,/);
});
