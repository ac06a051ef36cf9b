import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Ended, Running } from '../e2e/coog.ts';
import type { World } from './world.ts';

const PAUSE = 5;

/**
 * Looks every few milliseconds, and acts at once when it is time. Fails when the command ends first, since then nothing was
 * tested.
 */
export async function when(running: Running, what: string, look: () => Promise<unknown> | unknown): Promise<void> {
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  while (!over) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  // What it did last may have come together with its end.
  if (await look()) return;
  throw new Error(`it ended before ${what}:\n${running.output()}`);
}

/** Until a line of the story is told. */
export const told = (running: Running, line: string): Promise<void> =>
  when(running, `"${line}"`, () => running.output().includes(line));

/** Until a client program is connected: the data flows. */
export const connected = (world: World, running: Running, program: string): Promise<void> =>
  when(running, `${program} was connected`, async () => (await sessionsOf(world, program)).length > 0);

export const sessionsOf = (world: World, program: string) =>
  world.query('postgres', 'SELECT pid FROM pg_stat_activity WHERE application_name = $1', [`coog ${program}`]);

/** Until a file whose name fits lies beside the backups of the tests. The kernel tells it, as some are there for a moment only. */
export async function appears(world: World, running: Running, pattern: RegExp): Promise<void> {
  const folder = world.file('.');
  const watcher = watch(folder);
  let seen = false;
  const note = (name: string | Buffer | null): void => {
    seen ||= pattern.test(String(name));
  };
  watcher.on('change', (_, name) => note(name));
  try {
    for (const name of await readdir(folder)) note(name);
    await when(running, `a file ${pattern}`, () => seen);
  } finally {
    watcher.close();
  }
}

/** Sends a signal and waits for the end. */
export async function ended(running: Running, signal: NodeJS.Signals): Promise<Ended> {
  running.kill(signal);
  return running.ended;
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
