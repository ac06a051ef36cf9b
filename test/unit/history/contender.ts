import { appendFile } from 'node:fs/promises';
import { takeLock } from '../../../src/history/index.ts';

/** Started as a process of its own: waits for its turn at a lock, and writes what it does into a file, some rounds long. */
const [, , lock = '', diary = '', rounds = '1', fate = ''] = process.argv;

for (let round = 0; round < Number(rounds); ) {
  const taking = await takeLock(lock, { command: 'contend', what: '', user: 'test', now: new Date() });
  if (!taking.taken) continue;
  await appendFile(diary, `in ${process.pid}\n`);
  if (fate === 'die') process.kill(process.pid, 'SIGKILL');
  if (fate === 'stay') await new Promise((resolve) => setTimeout(resolve, 60_000));
  await appendFile(diary, `out ${process.pid}\n`);
  await taking.release();
  round += 1;
}
