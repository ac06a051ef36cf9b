import { writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { theProblem } from '../support/e2e/outcome.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { type Scene, sceneOf, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();
let scene: Scene;

beforeEach(async () => {
  await world.changed();
  await world.query('postgres', 'SELECT 1');
  scene = await sceneOf(world);
});

describe('without a terminal', () => {
  test.each([
    ['db:load', () => ['db:load', world.backup]],
    ['db:reset', () => ['db:reset', '--password-file', '/dev/null']],
  ])('%s without --yes asks nothing, does nothing and names --yes', async (_, words) => {
    const problem = theProblem(await world.coog(...words(), '--json'), 2, 'CONFIRMATION_NEEDED');
    expect(problem.next).toContain('--yes');
    await thenNothingChanged(scene);
  });

  test('db:undo without --yes asks nothing, does nothing and names --yes', async () => {
    await world.coog('db:load', world.backup, '--yes');
    await world.changed();
    scene = await sceneOf(world);
    expect(theProblem(await world.coog('db:undo', '--json'), 2, 'CONFIRMATION_NEEDED').next).toContain('--yes');
    await thenNothingChanged(scene);
  });

  test.each([
    ['db:reset', ['db:reset', '--yes']],
    ['db:change-admin-password', ['db:change-admin-password']],
  ])('%s without a password fails at once and names --password-file', async (_, words) => {
    const problem = theProblem(await world.coog(...words, '--json'), 2, 'PASSWORD_NEEDED');
    expect(problem.next).toContain('--password-file');
    await thenNothingChanged(scene);
  });

  test.each([
    ['is empty', ''],
    ['has two lines', 'one\ntwo\n'],
  ])('a password file that %s is refused', async (_, content) => {
    await writeFile(world.file('password'), content);
    scene = await sceneOf(world);
    const args = ['db:reset', '--yes', '--password-file', world.file('password'), '--json'];
    theProblem(await world.coog(...args), 2, 'PASSWORD_FILE_INVALID');
    await thenNothingChanged(scene);
  });
});

describe('on a terminal', () => {
  test.each([
    ['No', ['n', 'Enter']],
    ['nothing, just Enter', ['Enter']],
    ['Ctrl-C', ['C-c']],
  ])('a load that is answered by %s does nothing', async (_, keys) => {
    const terminal = await givenTerminal(['db:load', world.backup], world.project);
    await terminal.shows('Replace coog?');
    await terminal.type(...keys);
    expect(await terminal.ended()).toBeGreaterThan(0);
    await thenNothingChanged(scene);
  });

  test('a password that is typed is not shown, and another one the second time does nothing', async () => {
    const terminal = await givenTerminal(['db:reset', '--yes'], world.project);
    await terminal.shows('Password of the administrator');
    await terminal.type('s3cret-typed', 'Enter');
    await terminal.shows('The same once more');
    await terminal.type('an0ther-typed', 'Enter');
    await terminal.shows('that is another one');
    await terminal.type('C-c');
    expect(await terminal.ended()).toBeGreaterThan(0);
    expect(await terminal.screen()).not.toMatch(/s3cret|an0ther/);
    await thenNothingChanged(scene);
  });
});
