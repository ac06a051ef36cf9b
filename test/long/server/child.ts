/** A coog of its own, for tests to kill: `node child.ts PROJECT WHAT …`. Prints `ready` before it begins. */
import { PassThrough, Writable } from 'node:stream';
import { clientFor, resolveServer, snapshotDatabase, swap } from '../../../src/database/server/index.ts';
import { detectEngine } from '../../../src/engine/index.ts';
import { planOf, settingsOf } from './plan.ts';

const [project = '', what = '', ...args] = process.argv.slice(2);
const engine = await detectEngine({ env: process.env, folder: '/tmp' });
const server = await resolveServer(planOf(settingsOf(project)), engine);
const about = { at: new Date() };

const programs = async () => clientFor(server, engine, { serverVersion: 170000 });
/** Takes a little, then waits: the dump is never over. */
const slow = () => new Writable({ write: (_chunk, _encoding, done) => void setTimeout(done, 300) });

const work: Record<string, () => Promise<unknown>> = {
  dump: async () => (await programs()).run('pg_dump', ['-Fc', '-Z0'], { database: 'coog', output: slow() }),
  silent: async () => (await programs()).run('psql', ['-c', 'SELECT pg_sleep(300)'], { database: 'coog' }),
  stream: async () => {
    const input = new PassThrough();
    input.write('BEGIN; CREATE TABLE public.streamed (i int); INSERT INTO public.streamed VALUES (1);\nSELECT 1;\n');
    return (await programs()).run('psql', [], { database: 'coog', input });
  },
  restore: async () => {
    const [database = '', file = ''] = args;
    return (await programs()).run('pg_restore', ['--exit-on-error'], { database, file, jobs: 2 });
  },
  swap: async () => {
    const names = ['coog__prev_0', 'coog__prev_1'] as const;
    for (let i = 0; ; i += 1) {
      const [incoming, outgoing] = i % 2 === 0 ? names : [names[1], names[0]];
      await swap(server, { live: 'live', incoming, outgoing, about });
    }
  },
  snapshot: async () => {
    for (let i = 0; ; i += 1)
      await snapshotDatabase(server, { source: 'live', kind: 'snapshot', id: `${process.pid}-${i}`, about });
  },
};

console.log('ready');
await work[what]?.();
