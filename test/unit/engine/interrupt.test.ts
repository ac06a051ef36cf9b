import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shareInterrupts } from '../../../src/engine/interrupt.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (terminal: boolean) => {
  const sent: string[] = [];
  return { sent, interrupts: shareInterrupts({ kill: (signal) => sent.push(signal) > 0 }, terminal) };
};

test('on a terminal the child has its Ctrl-C already; the second gives it five seconds, the third none', () => {
  const { sent, interrupts } = start(true);
  process.emit('SIGINT', 'SIGINT');
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
  process.emit('SIGINT', 'SIGINT');
  vi.advanceTimersByTime(4999);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual(['SIGKILL']);
  process.emit('SIGINT', 'SIGINT');
  expect(sent).toEqual(['SIGKILL', 'SIGKILL']);
  expect(interrupts.received()).toBe('SIGINT');
  interrupts.release();
});

test('without a terminal, and for SIGTERM, the signal is passed on', () => {
  const without = start(false);
  process.emit('SIGINT', 'SIGINT');
  without.interrupts.release();
  expect(without.sent).toEqual(['SIGINT']);
  const on = start(true);
  process.emit('SIGTERM', 'SIGTERM');
  on.interrupts.release();
  expect(on.sent).toEqual(['SIGTERM']);
});

test('released, signals are the process’s own again', () => {
  const before = process.listenerCount('SIGINT');
  const { interrupts } = start(true);
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  interrupts.release();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
