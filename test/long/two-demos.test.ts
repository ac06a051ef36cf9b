import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_DEADLINE, endDemo, logInAsAdmin, serverOf, sharedDemo } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { databasesOf, fillWithParties } from '../support/e2e/oracle.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';

let first: Project;
let second: Project;
beforeAll(async () => {
  ({ project: first } = await sharedDemo({ title: 'one', compose: '2.26' }));
  ({ project: second } = await sharedDemo({ title: 'two', compose: '2.26' }));
}, 2 * DEMO_DEADLINE);
afterAll(() => Promise.all([first, second].map(endDemo)), 120_000);

const parties = async (project: Project): Promise<number> =>
  (await logInAsAdmin(project)).call<number>('model.party.party.search_count', []);

/** Whatever of the machine a project has for itself: ports, subnets, volumes and folders of its containers. */
async function takenBy(project: Project): Promise<string[]> {
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

test('two whole demos run side by side: both answer, and nothing of one is the other’s', async () => {
  const [one, two] = [await takenBy(first), await takenBy(second)];
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
