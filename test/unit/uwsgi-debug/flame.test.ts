import { describe, expect, it, test } from 'vitest';
import { drawSamples } from '../../../plugins/uwsgi-debug/src/tracebacks/draw-samples.ts';
import { drawFlames, flameTree } from '../../../plugins/uwsgi-debug/src/tracebacks/flame.ts';
import type { Process } from '../../../plugins/uwsgi-debug/src/tracebacks/group.ts';
import { parseTraceback, type Thread } from '../../../plugins/uwsgi-debug/src/tracebacks/parse.ts';
import { countStacks, type Stack } from '../../../plugins/uwsgi-debug/src/tracebacks/samples.ts';
import { recorded } from './recorded.ts';

/** `a:1 b:2` is a stack of two functions of app.py, with the line of each. */
const frames = (path: string) =>
  path.split(' ').map((word) => {
    const [name = '', line] = word.split(':');
    return { file: 'app.py', line: Number(line), function: name, source: `${name}()` };
  });
const stack = (path: string, count: number): Stack => ({ frames: frames(path), count });
const all = { width: 80, minimum: 0 };

describe('flameTree', () => {
  it('merges functions, whatever line they call on from, and tells lines apart where a stack ends', () => {
    const [a, ...rest] = flameTree([stack('a:1 b:5', 3), stack('a:2 b:5', 1), stack('a:1 b:6', 2), stack('a:9', 4)]);
    expect(rest).toEqual([]);
    expect(a).toMatchObject({ name: 'a', count: 10, own: new Map([[9, 4]]) });
    expect(a?.children).toMatchObject([
      {
        name: 'b',
        count: 6,
        own: new Map([
          [5, 4],
          [6, 2],
        ]),
      },
    ]);
  });

  it('keeps functions of one name in two files apart, and a recursion as deep as it is', () => {
    const other = { ...stack('a:1', 1), frames: [{ file: 'b.py', line: 1, function: 'a', source: '' }] };
    expect(flameTree([stack('a:1', 2), other]).map(({ file, count }) => [file, count])).toEqual([
      ['app.py', 2],
      ['b.py', 1],
    ]);
    expect(flameTree([stack('a:1 a:1 a:1', 1)])[0]?.children[0]?.children[0]?.children).toEqual([]);
  });

  it('is empty of nothing', () => {
    expect(flameTree([])).toEqual([]);
    expect(flameTree([{ frames: [], count: 3 }])).toEqual([]);
  });
});

describe('drawFlames', () => {
  it('moves to the right where ways part, and nowhere else', () => {
    const drawn = drawFlames(flameTree([stack('a:1 b:2 c:3', 3), stack('a:1 b:2 d:4', 1)]), all);
    expect(drawn.split('\n')).toEqual([
      '100.0 % ████████████████████ a  app.py',
      '100.0 % ████████████████████ b  app.py',
      ' 75.0 % ███████████████        c  app.py',
      ' 75.0 % ███████████████          · app.py:3, itself',
      ' 25.0 % █████                  d  app.py',
      ' 25.0 % █████                    · app.py:4, itself',
    ]);
  });

  it('sums up what is small, keeps to the width, and draws a bar for the smallest', () => {
    const many = [stack('a:1 b:2', 997), stack('a:1 c:3', 2), stack('a:1 d:4', 1)];
    const drawn = drawFlames(flameTree(many), { width: 50, minimum: 0.01 });
    expect(drawn.split('\n').at(-1)).toBe(`  0.3 % █${' '.repeat(22)}… 2 more below 1 %`);
    expect(Math.max(...drawn.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});

const threads = parseTraceback(recorded('threads.txt'));
const process = (seen: readonly Thread[] | undefined): Process => ({ container: 'c', worker: 1, threads: seen });

describe('countStacks', () => {
  it('counts requests alone unless background threads are asked for', () => {
    const looks = [
      [process(threads), process([])],
      [process(threads), process(undefined)],
    ];
    expect(countStacks(looks)).toMatchObject({ looks: 2, processes: 4, unanswered: 1, withoutRequest: 1, threads: 2 });
    expect(countStacks(looks).stacks.map(({ count }) => count)).toEqual([2]);
    expect(countStacks(looks, { background: true }).stacks.map(({ count }) => count)).toEqual([4, 2]);
  });

  it('counts nothing in nothing', () => {
    expect(countStacks([])).toEqual({
      looks: 0,
      processes: 0,
      unanswered: 0,
      withoutRequest: 0,
      threads: 0,
      stacks: [],
    });
  });
});

describe('drawSamples', () => {
  test('says so when nothing was under way', () => {
    expect(drawSamples(countStacks([[process([])]]), all)).toBe(
      '1 looks, 0 times a thread at work\nno request: 100 % of the time of a process\n\nNothing was under way.',
    );
  });

  test('draws flames and the innermost places of what was recorded', () => {
    const drawn = drawSamples(countStacks([[process(threads)], [process(undefined)]]), all);
    expect(drawn).toContain('no answer: 50 %');
    expect(drawn).toContain('100.0 % ████████████████████ wait  /tmp/app/app.py');
    expect(drawn.split('\n').at(-1)).toBe('100.0 % wait  /tmp/app/app.py:3  time.sleep(seconds)');
  });
});
