import { fileURLToPath } from 'node:url';

const child = (name) => fileURLToPath(new URL(name, import.meta.url));
/** Bytes that a party takes with its contract, documents, history and indexes, and half a contract's premium of a month. */
const OF_PARTY = 3380;
const OF_MONTH = 575;

/**
 * Makes and fills the database.
 * @param {{gigabytes: number, months: number, node: string}} options months: premiums that each contract has had
 * @returns {Promise<{bytes: number, parties: number, scripts: string}>} its size, and the scripts' statements
 */
export async function fill(project, database, { gigabytes, months, node }) {
  const parties = Math.ceil((gigabytes * 1e9) / (OF_PARTY + months * OF_MONTH));
  const { stdout } = await project.run([node, child('statements.mjs'), String(parties), String(months)]);
  const statements = JSON.parse(stdout);
  await project.sql('postgres', `CREATE DATABASE ${database} TEMPLATE template0`);
  await project.sql(database, statements.fill);
  const bytes = Number(await project.sql('postgres', `SELECT pg_database_size('${database}')`));
  return { bytes, parties, scripts: statements.scripts };
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
