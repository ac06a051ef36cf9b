import { fileURLToPath } from 'node:url';
import { ENDORSED } from '../../test/support/anonymize/coog-tables.ts';
import { scriptsWay } from './scripts-way.mjs';

const CHILD = fileURLToPath(new URL('anonymise.mjs', import.meta.url));

/** Runs the three ways on copies of one database, one after the other. Times in milliseconds, memory in bytes. */
export async function measure(project, database, { node, step }) {
  const onCopy = async (name, work) => {
    await project.sql('postgres', `CREATE DATABASE copy TEMPLATE ${database} STRATEGY file_copy`);
    await project.settle();
    try {
      return await step(name, work);
    } finally {
      await project.sql('postgres', 'DROP DATABASE copy WITH (FORCE)');
    }
  };
  const ours = await onCopy('anonymise', async () => {
    const { stdout } = await project.run([node, CHILD], {
      input: JSON.stringify({ ...project.server(), database: 'copy' }),
    });
    return JSON.parse(stdout);
  });
  const vacuum = await onCopy('VACUUM FULL -j2', () => vacuumFull(project, ours.rewritten));
  const scripts = await onCopy('the scripts', () => project.timed('copy', scriptsWay(ENDORSED)));
  return { ours, vacuum, scripts };
}

/** As PostgreSQL's own program does it, over as many connections. */
async function vacuumFull(project, tables) {
  const program = ['vacuumdb', '--full', '--jobs=2', '--dbname=copy', ...tables.map((table) => `--table=${table}`)];
  const { ms } = await project.run(['docker', 'exec', project.client, ...program]);
  return ms;
}
