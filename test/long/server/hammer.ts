/** Clients that come again and again: `node hammer.ts PROJECT DATABASE CLIENTS`. Prints `<begun> <ended> <seen>` for each visit. */
import pg from 'pg';
import { resolveServer } from '../../../src/database/server/index.ts';
import { detectEngine } from '../../../src/engine/index.ts';
import { planOf, settingsOf } from './plan.ts';

const [project = '', database = '', clients = ''] = process.argv.slice(2);
const { host, user, password } = await resolveServer(
  planOf(settingsOf(project)),
  await detectEngine({ env: process.env, folder: '/tmp' }),
);

async function visit(): Promise<string> {
  const client = new pg.Client({ host, user, password, database, connectionTimeoutMillis: 8_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('SELECT mark, pg_sleep(random() * 0.2) FROM public.mark');
    return rows[0].mark;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function come(): Promise<never> {
  for (;;) {
    const begun = Date.now();
    const what = await visit();
    console.log(`${begun} ${Date.now()} ${what}`);
  }
}

await Promise.all(Array.from({ length: Number(clients) }, come));
