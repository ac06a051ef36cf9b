import { describe, expect, it, test } from 'vitest';
import { readStats } from '../../../plugins/uwsgi-debug/src/stats/read.ts';
import { drawTracebacks } from '../../../plugins/uwsgi-debug/src/tracebacks/draw.ts';
import { groupThreads, type Process } from '../../../plugins/uwsgi-debug/src/tracebacks/group.ts';
import { processesOf, servedRequests } from '../../../plugins/uwsgi-debug/src/tracebacks/of-answers.ts';
import { parseTraceback, servesRequests, shortFile } from '../../../plugins/uwsgi-debug/src/tracebacks/parse.ts';
import { recorded } from './recorded.ts';

const answer = (socket: string, text: string, inTime = true) => ({ socket, text, inTime, exitCode: inTime ? 0 : 137 });
const tracebacker = (n: number, name: string) => answer(`/tmp/uwsgi_tracebacker${n}`, recorded(name));

describe('parseTraceback', () => {
  test.each(['', '\n\n', '*** uWSGI Python tracebacker output ***\n\n', 'thread_id = x', 'nonsense'])(
    'finds no thread in %j',
    (text) => {
      expect(parseTraceback(text)).toEqual([]);
    },
  );

  it('reads every thread, the outermost frame first', () => {
    const threads = parseTraceback(recorded('threads.txt'));
    expect(threads.map(({ name, frames }) => [name, frames.length])).toEqual([
      ['Thread-3 (listen)', 4],
      ['Thread-2 (listen)', 4],
      ['uWSGIWorker1Core0', 4],
    ]);
    expect(threads.filter(servesRequests).map(({ name }) => name)).toEqual(['uWSGIWorker1Core0']);
    expect(threads[2]?.frames[1]).toEqual({ file: '<generated x>', line: 1, function: '<module>', source: '' });
    expect(threads[2]?.frames.at(-1)?.source).toBe('time.sleep(seconds)');
  });

  it('tells two threads of one name apart', () => {
    const frame = 'thread_id = a b filename = /x y.py lineno = 3 function = f line = a = b line = c';
    expect(parseTraceback(`${frame}\n\n${frame}\n`)).toHaveLength(2);
    expect(parseTraceback(frame)[0]?.frames[0]).toMatchObject({
      file: '/x y.py',
      function: 'f',
      source: 'a = b line = c',
    });
  });
});

test.each([
  ['/usr/lib/python3/dist-packages/trytond/pool.py', 'trytond/pool.py'],
  ['/usr/local/lib/python3.11/site-packages/trytond/pool.py', 'trytond/pool.py'],
  ['/usr/lib/python3.13/threading.py', 'threading.py'],
  ['/opt/coog/coog_demo/web.py', '/opt/coog/coog_demo/web.py'],
  ['<generated x>', '<generated x>'],
])('shortFile(%j) is %j', (file, short) => {
  expect(shortFile(file)).toBe(short);
});

const stats = [{ container: 'c', stats: readStats(recorded('two-busy.json.txt')) }];
const busy = [{ container: 'c', looks: [[tracebacker(2, 'worker-2.txt'), tracebacker(1, 'worker-1.txt')]] }] as const;

describe('processesOf', () => {
  it('sorts processes, takes their pids from the statistics, and leaves other sockets out', () => {
    const answers = [{ container: 'c', looks: [[...busy[0].looks[0], answer('/tmp/uwsgi_stats', '{}')]] }];
    expect(processesOf(answers, stats)[0]?.map(({ worker, pid }) => [worker, pid])).toEqual([
      [1, 7],
      [2, 8],
    ]);
  });

  it('keeps a process that did not answer', () => {
    const answers = [{ container: 'c', looks: [[answer('/tmp/uwsgi_tracebacker1', 'half', false)]] }];
    expect(processesOf(answers)).toEqual([[{ container: 'c', worker: 1, threads: undefined }]]);
  });

  it('puts the looks of several containers side by side, also when one has fewer', () => {
    const one = tracebacker(1, 'worker-1.txt');
    const looks = processesOf([
      { container: 'b', looks: [[one], [one]] },
      { container: 'a', looks: [[one]] },
    ]);
    expect(looks.map((look) => look.map(({ container }) => container))).toEqual([['a', 'b'], ['b']]);
  });

  it('finds nothing in nothing', () => {
    expect(processesOf([])).toEqual([]);
  });
});

const threads = parseTraceback(recorded('threads.txt'));
const process = (worker: number, more: Partial<Process> = {}): Process => ({
  container: 'c',
  worker,
  threads,
  ...more,
});

describe('groupThreads', () => {
  it('puts equal tracebacks of all processes together, requests first', () => {
    const groups = groupThreads([process(1), process(2)]);
    expect(groups.map(({ threads, requests }) => [threads.length, requests])).toEqual([
      [2, true],
      [4, false],
    ]);
    expect(groups[0]?.threads.map(({ worker, core }) => [worker, core])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('keeps places apart that differ by one line', () => {
    const [thread] = threads;
    const moved = thread && { ...thread, frames: thread.frames.map((f, i) => (i === 0 ? { ...f, line: 1 } : f)) };
    expect(groupThreads([process(1, { threads: [thread, moved].flatMap((t) => t ?? []) })])).toHaveLength(2);
  });

  it('has none of processes that did not answer', () => {
    expect(groupThreads([process(1, { threads: undefined })])).toEqual([]);
  });
});

describe('drawTracebacks', () => {
  const now = new Date((1795654488 + 10) * 1000);
  const draw = (processes: readonly Process[], requests = servedRequests(stats)): string =>
    drawTracebacks(processes, groupThreads(processes), requests, now);

  it('shows equal ones once, with who is there and what for', () => {
    expect(draw(processesOf(busy, stats).flat())).toBe(
      [
        '2 threads at the same place:',
        'worker 1 thread 0, GET /sleep from 127.0.0.1 for 10 s',
        'worker 2 thread 0, GET /sleep from 127.0.0.1 for 10 s',
        '  /tmp/app/app.py:9  application: report(60)',
        '  /tmp/app/app.py:5  report: wait(seconds)',
        '  /tmp/app/app.py:3  wait: time.sleep(seconds)',
      ].join('\n'),
    );
  });

  it('names processes that do not answer and those that have no request', () => {
    const drawn = draw([
      process(1, { threads: undefined, pid: 7 }),
      process(2, { threads: [] }),
      process(3, { threads: [] }),
    ]);
    expect(drawn).toMatch(/^worker 1 \(pid 7\): does not answer\. /);
    expect(drawn).toMatch(/\n\nworker 2, worker 3: no request$/);
  });

  it('names threads that serve no requests by their name, and containers where there are several', () => {
    const drawn = draw([process(1), process(1, { container: 'd' })], []);
    expect(drawn).toContain('worker 1 thread 0 of c\n');
    expect(drawn).toContain('worker 1, thread "Thread-3 (listen)" of d\n');
  });

  it('shows a frame without its source when there is none', () => {
    expect(draw([process(1)])).toMatch(/<generated x>:1 +<module>$/m);
  });
});

describe('Tryton, three requests that wait for a lock of PostgreSQL', () => {
  const answers = [{ container: 'c', looks: [[tracebacker(1, 'trytond-1.txt'), tracebacker(2, 'trytond-2.txt')]] }];
  const known = [{ container: 'c', stats: readStats(recorded('trytond.json.txt')) }];
  const processes = processesOf(answers, known).flat();

  it('are one group, behind no thread of the background', () => {
    const [first, ...others] = groupThreads(processes);
    expect(first?.threads).toHaveLength(3);
    expect(first?.frames.at(-1)).toMatchObject({ function: 'execute', source: 'cursor.execute(self, sql, args)' });
    expect(others.every(({ requests }) => !requests)).toBe(true);
  });

  it('are told with the request that each serves, and without what lets somebody in', () => {
    const drawn = drawTracebacks(processes, groupThreads(processes), servedRequests(known), new Date(0));
    expect(drawn.match(/^worker \d thread \d, POST \/coog\/ from [\d.]+ for 0 s$/gm)).toHaveLength(3);
    expect(drawn).toContain('  trytond/backend/postgresql/database.py:68  execute: cursor.execute(self, sql, args)');
    expect(JSON.stringify(known)).not.toContain('c2VjcmV0');
  });
});
