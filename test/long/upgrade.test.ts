import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '../support/e2e/containers.ts';
import { during } from '../support/e2e/coog.ts';
import { DEMO_DEADLINE, endDemo, logInAsAdmin, sharedDemo } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { databasesOf, fillWithParties, fingerprint } from '../support/e2e/oracle.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { until } from '../support/e2e/until.ts';

const OLD = '7.0';
const NEW = '7.0.1';
const STEPS = ['pull', 'backup', 'stop', 'switch', 'update', 'start'] as const;

let project: Project;
beforeAll(async () => {
  ({ project } = await sharedDemo({ title: 'upgrade', compose: '2.26' }));
  await fillWithParties(project, 2_000);
  // A new version of the same content: what is tested is the way, not what Tryton makes of a schema.
  await docker('tag', await imageOf('coog'), (await imageOf('coog')).replace(`:${OLD}`, `:${NEW}`));
}, DEMO_DEADLINE);
afterAll(() => endDemo(project), 120_000);

const imageOf = async (service: string): Promise<string> => (await project.container(service)).image;

/** What people entered; an update of a schema writes into ir_ and res_ tables. */
const entered = async (): Promise<string[]> =>
  (await fingerprint(project)).filter((line) => !/^public\.(ir|res)_/.test(line));

const journal = () => join(project.folder, '.coog', 'upgrade.json');
const envCustom = () => readFile(join(project.folder, 'env.custom'), 'utf8');

async function thenItServes(version: string, parties: readonly string[]): Promise<void> {
  expect(await imageOf('coog')).toContain(`:${version}`);
  expect(await imageOf('celery')).toContain(`:${version}`);
  expect(await entered()).toEqual(parties);
  const session = await logInAsAdmin(project);
  expect(await session.call<number>('model.party.party.search_count', [])).toBeGreaterThan(1_000);
}

describe('what is refused, with nothing changed', () => {
  test.each([
    ['no version', [], 'WRONG_USAGE'],
    ['a version and --resume', [NEW, '--resume'], 'WRONG_USAGE'],
    ['--set without a value', [NEW, '--set', 'IMAGE_VERSION_WEB'], 'WRONG_USAGE'],
    ['the version that runs', [OLD, '--yes'], 'UPGRADE_NOTHING'],
    ['no Yes and no terminal', [NEW], 'CONFIRMATION_NEEDED'],
    ['nothing to resume', ['--resume'], 'UPGRADE_NOT_UNDER_WAY'],
    ['nothing to take back', ['--rollback', '--yes'], 'UPGRADE_NOT_UNDER_WAY'],
  ])('%s', async (_, args, code) => {
    const [before, running, parties] = [await envCustom(), ids(await project.containers()), await entered()];
    theProblem(await project.coog('upgrade', ...args, '--json'), 2, code);
    expect(await envCustom()).toBe(before);
    expect(ids(await project.containers())).toEqual(running);
    expect(await entered()).toEqual(parties);
  });

  test('a tag that is none', async () => {
    const before = await envCustom();
    const ran = await project.coog('upgrade', 'two words', '--yes', '--json');
    expect(ran.exitCode).toBe(2);
    const { problems } = jsonOf<{ problems: { code: string }[] }>(ran);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['VALUE_INVALID']));
    expect(await envCustom()).toBe(before);
  });

  test('a dry run shows images, databases and services', async () => {
    const [before, running] = [await envCustom(), ids(await project.containers())];
    const ran = await project.coog('upgrade', NEW, '--dry-run');
    thenItSucceeded(ran);
    expect(ran.stdout).toContain(`from ${OLD} to ${NEW}`);
    expect(ran.stdout).toMatch(/coog: \S+:7\.0 → \S+:7\.0\.1/);
    expect(ran.stdout).toMatch(/updated in a copy: coog \(/);
    expect(ran.stdout).toMatch(/stopped meanwhile: .*celery/);
    expect(await envCustom()).toBe(before);
    expect(ids(await project.containers())).toEqual(running);
  });
});

test('an upgrade, and back: nothing is lost, and both versions serve', async () => {
  const [before, parties] = [await envCustom(), await entered()];

  const upgraded = await project.coog('upgrade', NEW, '--yes', '--json');

  thenItSucceeded(upgraded);
  const { backups } = jsonOf<{ backups: string[] }>(upgraded);
  expect(backups).toHaveLength(1);
  thenItSucceeded(await project.coog('db:verify', backups[0] ?? ''));
  await thenItServes(NEW, parties);
  expect(await envCustom()).toContain(`IMAGE_VERSION_COOG=${NEW}`);

  await writeFile(join(project.folder, 'env.custom'), `${await envCustom()}\n# a later note\n`);
  const back = await project.coog('upgrade', '--rollback', '--yes');
  thenItSucceeded(back);
  await thenItServes(OLD, parties);
  expect(await envCustom(), 'what was changed since is kept').toContain('# a later note');
  await writeFile(join(project.folder, 'env.custom'), before);
  thenItSucceeded(await project.coog('configure'));
  expect(
    theProblem(await project.coog('upgrade', '--rollback', '--yes', '--json'), 2, 'UPGRADE_NOT_UNDER_WAY'),
  ).toBeTruthy();
}, 600_000);

test('when what it replaced is gone, it is not taken back halfway', async () => {
  const parties = await entered();
  thenItSucceeded(await project.coog('upgrade', NEW, '--yes'));
  thenItSucceeded(await project.coog('db:prune', '--previous-days', '0', '--yes'));
  const refused = theProblem(
    await project.coog('upgrade', '--rollback', '--yes', '--json'),
    2,
    'UPGRADE_PREVIOUS_GONE',
  );
  expect(refused.next).toMatch(/coog db:load \S+\.dump/);
  await thenItServes(NEW, parties);
  // The way that it names works.
  thenItSucceeded(await project.coog('db:load', refused.next?.split(' ')[2] ?? '', '--yes'));
  thenItSucceeded(await project.coog('config:unset', 'IMAGE_VERSION_COOG'));
  thenItSucceeded(await project.coog('up', '-d'));
  await thenItServes(OLD, parties);
}, 600_000);

describe('killed at the step', () => {
  test.each(STEPS.map((step, i) => [step, i % 2 === 0 ? 'resumed' : 'taken back'] as const))(
    '%s, then %s: nothing is lost',
    async (step, then) => {
      const [before, parties, live] = [await envCustom(), await entered(), await databasesOf(project)];
      await killedAt(step);
      if (STEPS.indexOf(step) >= STEPS.indexOf('stop'))
        theProblem(await project.coog('up', '-d', '--json'), 2, 'UPGRADE_UNFINISHED');

      if (then === 'resumed') {
        thenItSucceeded(await project.coog('upgrade', '--resume', '--yes'));
        await thenItServes(NEW, parties);
      }
      thenItSucceeded(await project.coog('upgrade', '--rollback', '--yes'));

      await thenItServes(OLD, parties);
      expect(await envCustom()).toBe(before);
      const strays = (await databasesOf(project)).filter((name) => !live.includes(name) && !name.includes('__prev_'));
      expect(strays).toEqual([]);
    },
    600_000,
  );
});

/** SIGKILL a moment after the step began: the journal says so before anything of it is done. */
async function killedAt(step: (typeof STEPS)[number]): Promise<void> {
  const running = project.start('upgrade', NEW, '--yes');
  const begun = async () => {
    const now = JSON.parse(await readFile(journal(), 'utf8')) as { state: string; step: (typeof STEPS)[number] };
    // The one of the last upgrade, which is done, may still be there.
    return now.state === 'under-way' && STEPS.indexOf(now.step) >= STEPS.indexOf(step);
  };
  const deadline = { pull: 0, backup: 300, stop: 300, switch: 100, update: 1_500, start: 1_000 }[step];
  await during(running, until(`the step ${step}`, begun));
  await new Promise((resolve) => setTimeout(resolve, deadline));
  running.kill('SIGKILL');
  await running.ended;
}
