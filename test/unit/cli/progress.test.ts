import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgress, describe } from '../../../src/cli/progress.ts';

function givenStream(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 40 });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

it('says how much, how fast and how long it still takes', () => {
  expect(describe('backing up coog', 1.2e9, 3.4e9, 10_000)).toBe(
    'backing up coog: 1.20 GB of 3.40 GB, 120 MB/s, 0:18 left',
  );
  expect(describe('receiving', 5e6, undefined, 1_000)).toBe('receiving: 5.00 MB, 5.00 MB/s');
});

it('is one line that changes on a terminal, never wider than it, and gone at the end', () => {
  let now = 0;
  const { stream, text } = givenStream(true);
  const progress = createProgress(stream, () => now);
  progress.begin('checking a backup with a very long name', 1e9);
  now = 1_000;
  progress.advance(5e8);
  now = 1_100;
  progress.advance(6e8);
  progress.end();
  const lines = text().split('\r\u001b[K');
  expect(lines).toHaveLength(3);
  expect(lines[1]?.length).toBeLessThan(40);
  expect(lines.at(-1)).toBe('');
});

it('is a plain line every ten seconds elsewhere', () => {
  let now = 0;
  const { stream, text } = givenStream(false);
  const progress = createProgress(stream, () => now);
  progress.begin('backing up', 100);
  for (now = 0; now <= 25_000; now += 1_000) progress.advance(10);
  progress.end();
  expect(text().trim().split('\n')).toHaveLength(2);
});
