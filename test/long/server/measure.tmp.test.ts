import { execa } from 'execa';
import { Writable } from 'node:stream';
import { test } from 'vitest';
import { clientFor, countRows, hashRows } from '../../../src/database/server/index.ts';
import { sql, testServer } from './setup.ts';
const t = testServer();
const time = async (what: string, work: () => Promise<unknown>) => { const runs: number[] = []; for (let i=0;i<3;i++){ const b = performance.now(); await work(); runs.push(Math.round(performance.now()-b)); } console.log(what, runs.join(' ')); };
test('measure', { timeout: 600_000 }, async () => {
  await sql(t.server, 'coog', `CREATE TABLE public.big AS SELECT i, md5(i::text) a, md5((i+1)::text) b, repeat(md5((i*7)::text), 4) c FROM generate_series(1, 1500000) i`);
  const client = await clientFor(t.server, t.engine, { serverVersion: 170000 });
  await time('exec true', () => execa('docker', ['exec', t.name, 'true']));
  await time('clientFor', () => clientFor(t.server, t.engine, { serverVersion: 170000 }));
  await time('one-shot psql -c select', () => client.run('psql', ['-c', 'select 1'], { database: 'coog' }));
  await time('docker exec pg_dump -Fc -Z0 > /dev/null', () => execa('sh', ['-c', `docker exec ${t.name} pg_dump -U coog -Fc -Z0 coog > /dev/null`]));
  await time('pg_dump | cat >/dev/null inside', () => execa('docker', ['exec', t.name, 'sh', '-c', 'pg_dump -U coog -Fc -Z0 coog | cat > /dev/null']));
  let bytes = 0;
  const sink = () => { bytes = 0; return new Writable({ write(chunk, _e, cb) { bytes += chunk.length; cb(); } }); };
  await time('run() -Fc -Z0 to a Writable', () => client.run('pg_dump', ['-Fc','-Z0'], { database: 'coog', output: sink() }));
  console.log('MB', bytes/1e6);
  await time('docker exec pg_dump -Fc -Zzstd:1 > /dev/null', () => execa('sh', ['-c', `docker exec ${t.name} pg_dump -U coog -Fc -Zzstd:1 coog > /dev/null`]));
  await time('run() zstd:1', () => client.run('pg_dump', ['-Fc','-Z', 'zstd:1'], { database: 'coog', output: sink() }));
  console.log('MB', bytes/1e6);
  await time('count', () => countRows(t.server, 'coog'));
  await time('hash', () => hashRows(t.server, 'coog'));
  for (const e of [`sum(('x' || substr(md5((t.*)::text), 1, 16))::bit(64)::bigint::numeric)`, `sum(hashtextextended((t.*)::text, 0))`, `count((t.*)::text)`, `count(md5((t.*)::text))`, `sum(('x' || substr(md5((t.*)::text), 1, 8))::bit(32)::int)`, `sum(('x' || substr(md5((t.*)::text), 1, 16))::bit(64)::bigint)`])
    await time(e, () => sql(t.server, 'coog', `SELECT ${e} FROM ONLY public.big t`));
});
