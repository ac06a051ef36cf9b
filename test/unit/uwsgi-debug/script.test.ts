import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { ASK, readAnswers } from '../../../plugins/uwsgi-debug/src/server/script.ts';
import { offProblem, STATS } from '../../../plugins/uwsgi-debug/src/server/switches.ts';
import { folderWith } from '../../support/folder.ts';

/** A socket, and what the client finds there; without an answer it waits for ever. */
async function givenSocket(path: string, answer?: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  if (answer !== undefined) await writeFile(`${path}.answer`, answer);
}

/** Stands in for uWSGI's client, which writes to standard error; where it lies it is found first. */
const client = `#!/bin/sh
[ "$1" = --connect-and-read ] || exit 9
[ -e "$2.answer" ] || exec sleep 600
cat "$2.answer" >&2
`;

async function ask(folder: string, looks: number, ...sockets: string[]): Promise<ReturnType<typeof readAnswers>> {
  await chmod(join(folder, 'uwsgi'), 0o755);
  const { stdout } = await execa('sh', ['-c', ASK, 'coog', '3', ...sockets], {
    env: { PATH: `${folder}:${process.env.PATH}` },
    input: '\n'.repeat(looks),
  });
  return readAnswers(stdout);
}

describe('the script in the container', () => {
  it('asks every socket of a pattern at each line that it reads, and ends with its input', async () => {
    const folder = await folderWith({ uwsgi: client });
    await givenSocket(join(folder, 'tracebacker1'), 'one\n\ntwo\n');
    await givenSocket(join(folder, 'tracebacker2'), '');
    const looks = await ask(folder, 2, join(folder, 'tracebacker*'), join(folder, 'missing'));
    const look = [
      { socket: join(folder, 'tracebacker1'), inTime: true, exitCode: 0, text: 'one\n\ntwo\n' },
      { socket: join(folder, 'tracebacker2'), inTime: true, exitCode: 0, text: '' },
    ];
    expect(looks).toEqual([look, look]);
  });

  it('gives up on a socket that does not answer, once, and goes on', async () => {
    const folder = await folderWith({ uwsgi: client });
    await givenSocket(join(folder, 's1'));
    await givenSocket(join(folder, 's2'), 'well');
    const looks = await ask(folder, 3, join(folder, 's*'));
    expect(looks.map((look) => look.map(({ inTime, text }) => [inTime, text]))).toEqual(
      Array.from({ length: 3 }, () => [
        [false, ''],
        [true, 'well'],
      ]),
    );
  });

  it('looks at nothing without input', async () => {
    expect(await ask(await folderWith({ uwsgi: client }), 0, '/nowhere*')).toEqual([]);
  });
});

test.each(['', 'nonsense', '\x1elook\n\x1esock', '\x1esocket /a\ntext'])(
  'readAnswers(%j) finds no answer',
  (printed) => {
    expect(readAnswers(printed).flat()).toEqual([]);
  },
);

describe('what is said when it is off', () => {
  test.each([
    ['0', 'coog config:set COOG_UWSGI_STATS=1 && coog up -d coog'],
    ['', 'coog config:set COOG_UWSGI_STATS=1 && coog up -d coog'],
    ['true', 'coog config:set COOG_UWSGI_STATS=1 && coog up -d coog'],
    ['1', 'coog up -d coog'],
  ])('with the value %j', (value, next) => {
    expect(offProblem(STATS, value, 'coog')).toMatchObject({ code: 'UWSGI_OFF', next });
  });
});
