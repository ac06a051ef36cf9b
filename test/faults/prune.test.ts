import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Candidate, selectBackups } from '../../src/database/archive/index.ts';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { ended, when } from '../support/faults/killing.ts';
import { givenWorld } from '../support/faults/world.ts';
import { Random } from '../support/random.ts';

const world = givenWorld();
const DAY = 24 * 60 * 60 * 1000;
let folder: string;

type State = 'verified' | 'unverified' | 'damaged';

/** A small backup that says that it is so many days old. */
async function backupOf(days: number, state: State, database = 'coog'): Promise<string> {
  const created = new Date(Date.now() - days * DAY).toISOString();
  const name = `${database}-${days}.dump`;
  const { verified, ...manifest } = JSON.parse(await readFile(`${world.backup}.manifest.json`, 'utf8'));
  const found = {
    verified: { verified },
    unverified: {},
    damaged: { damaged: { ...verified, reason: 'block 1 is changed' } },
  }[state];
  await writeFile(join(folder, name), await readFile(world.backup));
  await writeFile(join(folder, `${name}.manifest.json`), JSON.stringify({ ...manifest, ...found, created, database }));
  return name;
}

const dumps = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.dump')).sort();

beforeEach(async () => {
  folder = join(world.project.folder, 'backups');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
});

describe('coog db:prune', () => {
  test('without --yes removes nothing', async () => {
    for (const days of [1, 2, 3, 4]) await backupOf(days, 'verified');
    const before = await readdir(folder);
    thenItSucceeded(await world.coog('db:prune', '--keep-last', '1', '--keep-daily', '0'));
    expect(await readdir(folder)).toEqual(before);
  });

  test('keeps the newest verified backup, older than all that the rules keep', async () => {
    for (const days of [1, 2, 3]) await backupOf(days, 'unverified');
    const kept = await backupOf(400, 'verified');
    await backupOf(500, 'verified');
    thenItSucceeded(
      await world.coog(
        'db:prune',
        '--yes',
        '--keep-last',
        '1',
        '--keep-daily',
        '0',
        '--keep-weekly',
        '0',
        '--keep-monthly',
        '0',
      ),
    );
    expect(await dumps()).toEqual(['coog-1.dump', kept]);
  });

  test('takes damaged backups for none: a good one stays although they are newer', async () => {
    for (const days of [1, 2, 3]) await backupOf(days, 'damaged');
    const good = await backupOf(300, 'verified');
    thenItSucceeded(
      await world.coog(
        'db:prune',
        '--yes',
        '--keep-last',
        '2',
        '--keep-daily',
        '0',
        '--keep-weekly',
        '0',
        '--keep-monthly',
        '0',
      ),
    );
    expect(await dumps()).toContain(good);
  });

  test('leaves what is no backup, what has no manifest, and what has a broken one', async () => {
    for (const days of [1, 2, 3]) await backupOf(days, 'verified');
    await writeFile(join(folder, 'notes.txt'), 'do not remove');
    await writeFile(join(folder, 'foreign.dump'), await readFile(world.backup));
    await writeFile(join(folder, 'broken.dump'), await readFile(world.backup));
    await writeFile(join(folder, 'broken.dump.manifest.json'), '{');
    const args = ['--keep-last', '1', '--keep-daily', '0', '--keep-weekly', '0', '--keep-monthly', '0'];
    thenItSucceeded(await world.coog('db:prune', '--yes', ...args));
    expect((await readdir(folder)).sort()).toEqual([
      'broken.dump',
      'broken.dump.manifest.json',
      'coog-1.dump',
      'coog-1.dump.manifest.json',
      'foreign.dump',
      'notes.txt',
    ]);
  });

  test('counts each database for itself', async () => {
    for (const database of ['coog', 'other']) for (const days of [1, 2, 3]) await backupOf(days, 'verified', database);
    const args = ['--keep-last', '1', '--keep-daily', '0', '--keep-weekly', '0', '--keep-monthly', '0'];
    thenItSucceeded(await world.coog('db:prune', '--yes', ...args, '--database', 'other'));
    expect(await dumps()).toEqual(['coog-1.dump', 'coog-2.dump', 'coog-3.dump', 'other-1.dump']);
  });

  test('that is killed while it removes has not removed what stays', async () => {
    const kept = [await backupOf(1, 'verified'), await backupOf(900, 'verified', 'other')].sort();
    for (let days = 2; days < 200; days++) await backupOf(days, days % 3 ? 'verified' : 'unverified');
    const args = ['--keep-last', '1', '--keep-daily', '0', '--keep-weekly', '0', '--keep-monthly', '0'];
    const pruning = world.start('db:prune', '--yes', ...args);
    await when(pruning, 'it removes', async () => (await dumps()).length < 195);
    await ended(pruning, 'SIGKILL');
    expect(await dumps()).toEqual(expect.arrayContaining(kept));
    thenItSucceeded(await world.coog('db:prune', '--yes', ...args));
    expect((await readdir(folder)).filter((name) => name.endsWith('.dump')).sort()).toEqual(kept);
    for (const name of kept) thenItSucceeded(await world.coog('db:verify', join(folder, name)));
  });

  test('keeps a replaced database for seven days, and removes it when it is told so', async () => {
    thenItSucceeded(await world.coog('db:load', world.backup, '--yes'));
    const name = await world.previous();
    thenItSucceeded(await world.coog('db:prune', '--yes'));
    expect(await world.databases()).toContain(name);
    thenItSucceeded(await world.coog('db:prune', '--yes', '--previous-days', '0'));
    expect(await world.databases()).toEqual(['coog']);
  });

  test('never takes a database for one that coog keeps because of its name alone', async () => {
    const name = 'coog__prev_by_a_person';
    await world.query('postgres', `CREATE DATABASE ${name}`);
    const pruned = await world.coog('db:prune', '--yes', '--previous-days', '0', '--json');
    expect(await world.databases()).toContain(name);
    await world.query('postgres', `DROP DATABASE ${name}`);
    thenItSucceeded(pruned);
    const gone = jsonOf<{ items: { name: string; kept: boolean }[] }>(pruned).items.filter(({ kept }) => !kept);
    expect(gone.map((item) => item.name)).not.toContain(name);
  });
});

test('three years of backups, two hundred times: the newest verified one always stays, and what the rules say', () => {
  const random = new Random(11);
  const now = new Date('2026-03-29T12:00:00Z');
  for (let round = 0; round < 200; round++) {
    const backups = threeYears(random, now);
    const policy = {
      keepLast: random.below(4),
      keepDaily: random.below(10),
      keepWeekly: random.below(6),
      keepMonthly: random.below(14),
    };
    const kept = new Set(
      selectBackups(backups, policy, now)
        .filter(({ keep }) => keep)
        .map(({ backup }) => backup),
    );
    for (const database of ['coog', 'other']) {
      const group = backups
        .filter((b) => b.database === database)
        .sort((a, b) => b.created.getTime() - a.created.getTime());
      const past = group.filter((b) => b.created.getTime() <= now.getTime() + DAY);
      const good = past.filter(({ state }) => state === 'verified' || state === 'unverified');
      const newest = good.find(({ state }) => state === 'verified');
      if (newest) expect(kept.has(newest), `round ${round}`).toBe(true);
      for (const backup of good.slice(0, policy.keepLast)) expect(kept.has(backup), `round ${round}`).toBe(true);
      for (const [count, key] of [
        [policy.keepDaily, 10],
        [policy.keepMonthly, 7],
      ] as const)
        for (const backup of newestOfEach(good, key).slice(0, count))
          expect(kept.has(backup), `round ${round}`).toBe(true);
      if (group.length > 0 && good.length === 0) expect(group.every((backup) => kept.has(backup))).toBe(true);
      for (const backup of group) if (backup.state === 'unknown') expect(kept.has(backup)).toBe(true);
    }
    const most = policy.keepLast + policy.keepDaily + policy.keepWeekly + policy.keepMonthly + 1;
    const ruled = [...kept].filter((b) => b.database === 'coog' && b.state === 'verified' && b.created <= now);
    if (most > 1) expect(ruled.length).toBeLessThanOrEqual(most);
  }
});

function threeYears(random: Random, now: Date): Candidate[] {
  return Array.from({ length: 50 + random.below(300) }, () => ({
    project: 'p',
    database: random.pick(['coog', 'other']),
    created: new Date(now.getTime() - random.below(3 * 365 * 24) * 60 * 60 * 1000 + (random.chance(1) ? 9 * DAY : 0)),
    state: random.pick(['verified', 'unverified', 'unverified', 'damaged', 'unknown'] as const),
  }));
}

/** One a period: the first, as the newest comes first. */
function newestOfEach(backups: readonly Candidate[], length: number): Candidate[] {
  const seen = new Set<string>();
  return backups.filter(({ created }) => {
    const period = created.toISOString().slice(0, length);
    return !seen.has(period) && seen.add(period);
  });
}
