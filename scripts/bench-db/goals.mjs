import { isReached as isBelow, table } from '../bench/table.mjs';

/**
 * What is to be reached: `limit` from above, `floor` from below; without either a row is for information.
 * @typedef {import('../bench/table.mjs').Row & {floor?: number}} Goal
 */

/** @returns {Goal[]} */
export function goals(measured, { bytes }) {
  const { ms, memory, part } = measured;
  const ratio = (what, a, b, goal) => ({ what, value: a / b, unit: '×', ...goal });
  const megabytes = (what, value) => ({ what, value: value / 1e6, unit: 'MB', limit: 150 });
  const took = (what, value) => ({ what: `(${what})`, value: value / 1000, unit: 's' });
  const size = (what, value) => ({ what: `(${what})`, value: value / 1e9, unit: 'GB' });
  return [
    ratio('db:dump / pg_dump -Fc -Z zstd:1 | sha256sum', ms('dump coog'), ms('dump reference'), { limit: 1.1 }),
    ratio('SQL, docker cp and zip / db:dump', ms('dump scripts'), ms('dump coog'), { floor: 5 }),
    // Faster than with one connection, by more than chance.
    ratio('db:dump --jobs 2 / db:dump', ms('dump coogJobs'), ms('dump coog'), { limit: 0.9 }),
    megabytes('memory of db:dump', memory('dump coog')),
    megabytes('memory of db:dump --jobs 2', memory('dump coogJobs')),
    // A manifest beside the file is no copy of the data.
    { what: 'copies of the data on disk in db:dump', value: Number(measured.copies.toFixed(1)), unit: '', limit: 1 },
    ratio('db:load / pg_restore -j2 with verification', ms('load coog'), ms('load reference'), { limit: 1.1 }),
    { what: 'database not reachable in db:load', value: measured.downtime / 1000, unit: 's', limit: 5 },
    megabytes('memory of db:load', memory('load coog')),
    ratio('db:snapshot:create / CREATE DATABASE … file_copy', ms('snapshot coog'), ms('snapshot reference'), {
      limit: 1.2,
    }),
    ratio('db:snapshot:create / (db:dump + db:load)', ms('snapshot coog'), ms('dump coog') + ms('load coog'), {
      limit: 0.25,
    }),
    size('database', bytes),
    size('backup', measured.size),
    took('coog db:list: start, plan, connect', ms('start')),
    took('coog db:dump', ms('dump coog')),
    took('coog db:dump --jobs 2', ms('dump coogJobs')),
    took('pg_dump -Fc -Z zstd:1 | tee | sha256sum', ms('dump reference')),
    took('SQL, docker cp and zip', ms('dump scripts')),
    took('coog db:load', ms('load coog')),
    took('pg_restore -j2 with verification', ms('load reference')),
    ...Object.entries({ hash: 'sha256sum', read: 'pg_restore -f /dev/null', restore: 'pg_restore -j2' }).map(
      ([name, what]) => took(`  of it ${what}`, part('load reference', name)),
    ),
    took('coog db:snapshot:create', ms('snapshot coog')),
    took('CREATE DATABASE … TEMPLATE … file_copy', ms('snapshot reference')),
  ];
}

/** @param {Goal[]} rows */
export const goalTable = (rows) =>
  table(rows)
    .split('\n')
    .map((line, i) => (rows[i].floor === undefined ? line : `${line}${floorOf(rows[i])}`))
    .join('\n');

const floorOf = (row) => `  at least: ${row.floor} ${row.unit}  ${isReached(row) ? 'reached' : 'NOT REACHED'}`;

/** @param {Goal} row */
export const isReached = (row) => isBelow(row) && (row.floor === undefined || row.value >= row.floor);
