import { fileURLToPath } from 'node:url';

const child = (name) => fileURLToPath(new URL(name, import.meta.url));
/** Parties that make a database of 1 GB, with their contracts, invoices, documents, history and indexes. */
const PARTIES_IN_A_GIGABYTE = 296_000;

/** Makes and fills the database. @returns {Promise<{bytes: number, scripts: string}>} its size, and the scripts' statements */
export async function fill(project, database, { gigabytes, node }) {
  const parties = Math.ceil(PARTIES_IN_A_GIGABYTE * gigabytes);
  const { stdout } = await project.run([node, child('statements.mjs'), String(parties)]);
  const statements = JSON.parse(stdout);
  await project.sql('postgres', `CREATE DATABASE ${database} TEMPLATE template0`);
  await project.sql(database, statements.fill);
  const bytes = Number(await project.sql('postgres', `SELECT pg_database_size('${database}')`));
  return { bytes, scripts: statements.scripts };
}

/** Runs the three ways on copies of one database, one after the other. Times in milliseconds, memory in bytes. */
export async function measure(project, database, { node, scripts, step }) {
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
    const { stdout } = await project.run([node, child('anonymise.mjs')], {
      input: JSON.stringify({ ...project.server(), database: 'copy' }),
    });
    return JSON.parse(stdout);
  });
  const vacuum = await onCopy('VACUUM FULL -j2', () => vacuumFull(project, ours.rewritten, 2));
  const single = await onCopy('VACUUM FULL', () => vacuumFull(project, ours.rewritten, 1));
  const theirs = await onCopy('the scripts', () => project.timed('copy', scripts));
  return { ours, vacuum, single, theirs };
}

/** As PostgreSQL's own program does it, over as many connections. */
async function vacuumFull(project, tables, jobs) {
  const program = [
    'vacuumdb',
    '--full',
    `--jobs=${jobs}`,
    '--dbname=copy',
    ...tables.map((table) => `--table=${table}`),
  ];
  const { ms } = await project.run(['docker', 'exec', project.client, ...program]);
  return ms;
}
