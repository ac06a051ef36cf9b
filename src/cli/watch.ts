import { setTimeout as pause } from 'node:timers/promises';

const EVERY = 2_000;

/**
 * Shows a text again and again until Ctrl-C, which is how watching ends. On a terminal each takes the place of the last one,
 * elsewhere they follow each other, an empty line between.
 */
export async function watch(first: string, again: () => Promise<string>, stream: NodeJS.WriteStream): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  // Who reads has gone away: nobody watches.
  stream.once('error', stop);
  if (stream.isTTY) stream.write('\u001b[2J');
  for (let text = first; !controller.signal.aborted; text = await again()) {
    show(text, stream);
    await pause(EVERY, undefined, controller).catch(() => undefined);
    if (controller.signal.aborted) break;
  }
  if (stream.isTTY) stream.write('\n');
}

function show(text: string, stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) {
    stream.write(`${text}\n\n`);
    return;
  }
  const lines = text.split('\n');
  const room = (stream.rows ?? 24) - 1;
  const shown = lines.length > room ? [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`] : lines;
  // Each line is ended before it is left, so that nothing of a longer one stays; nothing flickers.
  stream.write(`\u001b[H${shown.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`);
}
