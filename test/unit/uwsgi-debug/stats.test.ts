import { describe, expect, it, test } from 'vitest';
import { drawStats } from '../../../plugins/uwsgi-debug/src/stats/draw.ts';
import { drawAll } from '../../../plugins/uwsgi-debug/src/stats/draw-all.ts';
import { maskVariable } from '../../../plugins/uwsgi-debug/src/stats/mask.ts';
import { readStats, requestsOf } from '../../../plugins/uwsgi-debug/src/stats/read.ts';
import type { Stats, Worker } from '../../../plugins/uwsgi-debug/src/stats/types.ts';
import type { ProblemError } from '../../../src/shared/problem.ts';
import { recorded } from './recorded.ts';

const text = recorded('two-busy.json.txt');
const stats = readStats(text);
/** Ten seconds after the requests of the record began. */
const at = new Date((1795654488 + 10) * 1000);

describe('what no statistics server wrote', () => {
  test.each(['', 'sh: uwsgi: not found', '{', '{}', '[]', 'null', '{"workers": 3}', text.slice(0, 900)])(
    '%j is refused by name',
    (wrong) => {
      const codes = (): string[] => {
        try {
          readStats(wrong);
          return [];
        } catch (error) {
          return (error as ProblemError).problems.map(({ code }) => code);
        }
      };
      expect(codes()).toEqual(['UWSGI_ANSWER_UNREADABLE']);
    },
  );
});

describe('readStats', () => {
  it('reads what uWSGI wrote', () => {
    expect(stats.workers.map(({ id, pid, status }) => [id, pid, status])).toEqual([
      [1, 7, 'busy'],
      [2, 8, 'busy'],
    ]);
  });

  it('reads a document in which a client put control characters and bytes that are no text', () => {
    const odd = recorded('odd-headers.json.txt');
    expect(() => JSON.parse(odd)).toThrow();
    const vars = readStats(odd).workers.flatMap(({ cores }) => cores.flatMap((core) => core.vars ?? []));
    expect(vars.find((v) => v.startsWith('HTTP_X_ODD='))).toBe('HTTP_X_ODD=a"b\\c\ufffd\ufffd\ttab');
  });

  it('masks what lets somebody in', () => {
    expect(JSON.stringify(readStats(recorded('odd-headers.json.txt')))).not.toContain('c2VjcmV0');
    expect(JSON.stringify(stats)).not.toContain('token=secret');
  });
});

test.each([
  ['HTTP_AUTHORIZATION=Session abc', 'HTTP_AUTHORIZATION=********'],
  ['HTTP_COOKIE=a=b; c=d', 'HTTP_COOKIE=********'],
  ['HTTP_X_API_KEY=abc', 'HTTP_X_API_KEY=********'],
  ['QUERY_STRING=token=abc&page=2;z=', 'QUERY_STRING=token=********&page=********;z=********'],
  ['REQUEST_URI=/x?token=abc', 'REQUEST_URI=/x?token=********'],
  ['HTTP_REFERER=https://a/b?k=v', 'HTTP_REFERER=https://a/b?k=********'],
  ['PATH_INFO=/coog/', 'PATH_INFO=/coog/'],
  ['QUERY_STRING=', 'QUERY_STRING='],
  ['', ''],
])('maskVariable(%j) is %j', (variable, masked) => {
  expect(maskVariable(variable)).toBe(masked);
});

const worker = (more: Partial<Worker>): Worker => ({ ...(stats.workers[0] as Worker), ...more });
const request = (id: number, since: number | undefined, path = '/'): Worker['cores'][number] => ({
  id,
  requests: 0,
  in_request: 1,
  vars: ['REQUEST_METHOD=POST', `PATH_INFO=${path}`, 'REMOTE_ADDR=::1'],
  ...(since === undefined ? {} : { req_info: { request_start: since } }),
});
const of = (...workers: Worker[]): Stats => ({ ...stats, workers });

describe('requestsOf', () => {
  it('puts the one that takes longest first, and one whose start is not told last', () => {
    const requests = requestsOf(of(worker({ cores: [request(0, 30), request(1, undefined), request(2, 10)] })));
    expect(requests.map(({ core }) => core)).toEqual([2, 0, 1]);
  });

  it('keeps what a terminal would obey out of a path', () => {
    const [{ path } = { path: '' }] = requestsOf(of(worker({ cores: [request(0, 1, '/a\x1b[2J\n\u009b\u202eb')] })));
    expect(path).toBe('/a\ufffd[2J\ufffd\ufffd\ufffdb');
  });
});

describe('drawStats', () => {
  it('shows processes and what they are at', () => {
    expect(drawStats({ stats, at })).toBe(
      [
        'uWSGI 2.0.28-debian, 2 processes, 2 of 6 threads busy, queue 0 of 100',
        'WORKER  PID  STATUS  BUSY  REQUESTS  ERRORS  AVERAGE  AGE',
        '1       7    busy    1/3   0         0       0 ms     moments',
        '2       8    busy    1/3   1         0       0 ms     moments',
        '',
        'THREAD  FOR   FROM       REQUEST',
        '1.0     10 s  127.0.0.1  GET /sleep',
        '2.0     10 s  127.0.0.1  GET /sleep',
      ].join('\n'),
    );
  });

  it('says nothing of requests while there are none', () => {
    const idle = of(worker({ status: 'idle', cores: [] }));
    expect(drawStats({ stats: idle, at })).not.toContain('REQUEST\n');
    expect(drawStats({ stats: idle, at }).split('\n')).toHaveLength(3);
  });

  it('shows memory, restarts and kills where there are any', () => {
    const drawn = drawStats({ stats: of(worker({ rss: 123_000_000, respawn_count: 3, harakiri_count: 1 })), at });
    expect(drawn).toMatch(/MEMORY +AGE +RESTARTS +KILLED\n.* 123 MB +moments +2 +1$/m);
  });

  it('counts requests a second from an earlier look, and not of a process that is another one now', () => {
    const before = { stats: of(worker({ requests: 10 }), worker({ id: 2, pid: 8, requests: 5 })), at };
    const later = {
      stats: of(worker({ requests: 15 }), worker({ id: 2, pid: 99, requests: 6 })),
      at: new Date(at.getTime() + 2000),
    };
    const [, head = '', one = '', two = ''] = drawStats(later, before).split('\n');
    const column = head.indexOf('PER S');
    expect([one, two].map((line) => line.slice(column, column + 5).trim())).toEqual(['2.5', '']);
  });
});

test('drawAll names the container where there are several', () => {
  expect(drawAll({ at, containers: [{ container: 'a', stats }] })).toMatch(/^uWSGI/);
  const two = drawAll({
    at,
    containers: [
      { container: 'a', stats },
      { container: 'b', stats },
    ],
  });
  expect(two.match(/^\w+: uWSGI/gm)).toEqual(['a: uWSGI', 'b: uWSGI']);
});
