import { expect, test } from 'vitest';
import { judge } from '../../../src/operations/list-projects.ts';
import { container } from '../engine/make.ts';

const ended = (exitCode: number, restart = 'no') => container({ state: 'exited', exitCode, restart });

test.each([
  ['absent', 0, []],
  ['running', 2, [container(), ended(0)]],
  ['running', 2, [container(), ended(0, 'on-failure')]],
  ['partly', 1, [container(), ended(1, 'on-failure')]],
  ['partly', 1, [container(), container({ state: 'exited', exitCode: 0, restart: 'on-failure', health: 'unhealthy' })]],
  ['partly', 1, [container(), ended(1)]],
  ['partly', 1, [container(), ended(0, 'always')]],
  ['partly', 1, [container(), container({ state: 'paused' })]],
  ['unhealthy', 2, [container({ health: 'unhealthy' }), container({ health: 'starting' })]],
  ['starting', 2, [container({ health: 'starting' }), container({ health: 'healthy' })]],
  ['stopped', 1, [ended(0), ended(137, 'always')]],
] as const)('%s, %i well', (state, well, containers) => {
  expect(judge(containers)).toEqual({ state, well, containers: containers.length });
});
