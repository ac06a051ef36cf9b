import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { DEMO_DEADLINE, endDemo, logInAsAdmin, serverOf, sharedDemo } from '../support/e2e/demo.ts';
import { disableShipped, setServices, sleeper } from '../support/e2e/light.ts';
import { COMPOSES, docker } from '../support/e2e/machine.ts';
import { databasesOf, fillWithParties } from '../support/e2e/oracle.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { givenEmptyFolder, type Project } from '../support/e2e/project.ts';

const PORTS = ['TRAEFIK_HTTP_PORT', 'TRAEFIK_HTTPS_PORT', 'TRAEFIK_MANAGMENT_PORT'];
const SUBNETS = ['NETWORK_BACKEND_SUBNET', 'NETWORK_FRONTEND_SUBNET'];

/** Takes all ports and both networks that a Coog takes. */
const front = sleeper({
  network_mode: undefined,
  networks: ['backend', 'frontend'],
  ports: PORTS.map((name, index) => `127.0.0.1:\${${name}}:${8000 + index}`),
});

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('two projects that coog init made run side by side on one machine', async () => {
    const first = await givenRunning(await givenEmptyFolder({ compose }));
    const second = await givenRunning(await givenEmptyFolder({ compose }));

    const [one, two] = [await takenBy(first), await takenBy(second)];

    expect(new Set([...one, ...two]).size, 'all ports and subnets differ').toBe(2 * (PORTS.length + SUBNETS.length));
    const listed = await listedBy(second, [first, second]);
    expect(listed).toEqual(
      [first, second].map(({ name, folder }) => ({
        ...{ name, folder, state: 'running', well: 1, containers: 1, version: '1' },
        url: `http://${name}.localhost${name === first.name ? portOf(one) : portOf(two)}`,
      })),
    );
    for (const project of [first, second]) expect(summary(await project.containers())).toEqual(['front running']);
    thenItSucceeded(await first.coog('down'));
    expect(summary(await second.containers()), 'one goes, the other stays').toEqual(['front running']);
    const [gone, stays] = await listedBy(first, [first, second]);
    expect([gone?.state, stays?.state], 'who worked on it knows it still').toEqual(['absent', 'running']);
  });
});

test('the folder of one project inside the folder of another: each command means its own', async () => {
  const outer = await givenRunning(await givenEmptyFolder());
  const inner = outer.within('inner');
  thenItSucceeded(await inner.coog('init', '.', '--yes', '--coog-version', '1', '--name', inner.name));
  await disableShipped(inner);
  await setServices(inner, { alone: sleeper() });
  thenItSucceeded(await inner.coog('up', '-d'));

  expect(summary(await inner.containers())).toEqual(['alone running']);
  thenItSucceeded(await inner.coog('down'));
  expect(summary(await outer.containers())).toEqual(['front running']);
});

async function givenRunning(project: Project): Promise<Project> {
  thenItSucceeded(await project.coog('init', '.', '--yes', '--coog-version', '1'));
  await disableShipped(project);
  await setServices(project, { front });
  thenItSucceeded(await project.coog('up', '-d'));
  return project;
}

interface Listed {
  readonly name: string;
  readonly folder: string;
  readonly state: string;
}

/** What coog list tells of some projects of the machine, in their order; each has a home, and so a memory, of its own. */
async function listedBy(project: Project, wanted: readonly Project[]): Promise<(Listed | undefined)[]> {
  const { projects } = jsonOf<{ projects: (Listed & { cli?: string })[] }>(await project.coog('list', '--json'));
  return wanted.map(({ name }) => {
    const { cli: _, ...listed } = projects.find((p) => p.name === name) ?? { name, folder: '', state: 'not listed' };
    return listed;
  });
}

const portOf = ([http = '']: readonly string[]): string => (http === '80' ? '' : `:${http}`);

/** The ports and subnets that a project has for itself now. */
async function takenBy(project: Project): Promise<string[]> {
  const { id } = await project.container('front');
  const published = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Ports}}', id)) as Record<
    string,
    { HostPort: string }[]
  >;
  const ports = Object.values(published).flatMap((bindings) => bindings.map(({ HostPort }) => HostPort));
  const subnets = await Promise.all(SUBNETS.map((name) => project.value(name)));
  const { services } = jsonOf<{ services: unknown[] }>(await project.coog('status', '--json'));
  expect(services).toHaveLength(1);
  return [...ports, ...subnets];
}

describe('two whole demos', () => {
  let first: Project;
  let second: Project;
  beforeAll(async () => {
    ({ project: first } = await sharedDemo({ title: 'one', compose: '2.26', asInit: true }));
    ({ project: second } = await sharedDemo({ title: 'two', compose: '2.26', asInit: true }));
  }, 2 * DEMO_DEADLINE);
  afterAll(() => Promise.all([first, second].map(endDemo)), 120_000);

  test('run side by side: both answer, and nothing of one is the other’s', async () => {
    const [one, two] = [await placeOf(first), await placeOf(second)];
    expect(one.length).toBeGreaterThan(4);
    expect(one.filter((thing) => two.includes(thing))).toEqual([]);
    expect((await serverOf(first)).url).not.toBe((await serverOf(second)).url);

    const before = await parties(second);
    const mine = await parties(first);
    await fillWithParties(first, 500);
    // Every seventh of them is inactive, and Tryton's searches leave it out.
    expect(await parties(first)).toBe(mine + 429);
    expect(await parties(second)).toBe(before);

    const { projects } = jsonOf<{ projects: { name: string; state: string }[] }>(await first.coog('list', '--json'));
    for (const { name } of [first, second])
      expect(projects).toContainEqual(expect.objectContaining({ name, state: 'running' }));

    thenItSucceeded(await first.coog('down'));
    expect(await parties(second), 'one goes, the other stays').toBe(before);
    expect(await databasesOf(second)).toContain('coog');
  }, 300_000);
});

const parties = async (project: Project): Promise<number> =>
  (await logInAsAdmin(project)).call<number>('model.party.party.search_count', []);

/** Whatever of the machine a project has for itself: ports, subnets, volumes and folders of its containers. */
async function placeOf(project: Project): Promise<string[]> {
  const ids = (await project.containers()).map(({ id }) => id);
  const found = JSON.parse(await docker('inspect', ...ids)) as {
    Mounts: { Name?: string; Source: string; RW: boolean }[];
    NetworkSettings: {
      Ports: Record<string, { HostPort: string }[] | null>;
      Networks: Record<string, { NetworkID: string }>;
    };
  }[];
  const taken = found.flatMap(({ Mounts, NetworkSettings: { Ports, Networks } }) => [
    ...Mounts.filter(({ RW, Source }) => RW && !Source.startsWith('/var/run/')).map(
      ({ Name, Source }) => Name ?? Source,
    ),
    ...Object.values(Ports).flatMap((bindings) => (bindings ?? []).map(({ HostPort }) => `port ${HostPort}`)),
    ...Object.values(Networks).map(({ NetworkID }) => NetworkID),
  ]);
  return [...new Set(taken)];
}
