import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Milliseconds between the end of one session and the next attempt. */
const PAUSE = 20;

/**
 * Does some work while a client connects to the database anew, again and again.
 * @param {{host: string, port: number, user: string, password: string, database: string}} server
 * @returns {Promise<number>} the longest time in which it could not, in milliseconds
 */
export async function longestGap(server, work) {
  let last = performance.now();
  let longest = 0;
  let over = false;
  const note = () => {
    longest = Math.max(longest, performance.now() - last);
  };
  const watching = (async () => {
    while (!over) {
      if (await canConnect(server)) {
        note();
        last = performance.now();
      }
      await delay(PAUSE);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await watching;
  }
  note();
  return longest;
}

async function canConnect(server) {
  const client = new pg.Client({ ...server, connectionTimeoutMillis: 30_000 });
  // Its session may be ended at any moment.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
