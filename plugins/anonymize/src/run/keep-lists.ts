import { ExitCode, ProblemError } from '@coog/cli/command';
import type { Connection } from '@coog/cli/database';
import { type ListIds, listFunction, listTable, nameOf } from '../compile/statements.ts';
import type { AnonymisePlan, ListPlan } from '../plan/types.ts';
import type { KeptRows } from '../scan/types.ts';

/** Tables with fewer rows may be kept whole. */
const SMALL = 20;

/** Ids that a condition can hold as they are. */
const FEW = 100;

export interface FilledList {
  readonly name: string;
  readonly ids: number;
  /** Tables without which it is empty. */
  readonly missing: readonly string[];
}

/**
 * Asks the keep lists, before anything is changed. Each becomes a table of ids and a function that asks it with EXISTS, as
 * USING takes no subquery; a NULL among the ids means nothing.
 * @throws ProblemError RULE_LIST_FAILED, RULE_LIST_KEEPS_TOO_MUCH (exit code 1: the copy is dropped)
 */
export async function fillLists(session: Connection, { lists, tables }: AnonymisePlan): Promise<FilledList[]> {
  const filled: FilledList[] = [];
  for (const list of lists) {
    const ids = list.missing.length > 0 ? 0 : await fill(session, list);
    filled.push({ name: list.name, ids, missing: list.missing });
    if (ids === 0) continue;
    for (const { table, columns } of tables)
      for (const by of new Set(columns.flatMap((c) => c.unless.filter((u) => u.list === list.name).map((u) => u.by)))) {
        const [row] = await session.query<{ all: string; kept: string }>(
          `SELECT count(*) AS all, count(*) FILTER (WHERE ${isKept(session, list.name, by)}) AS kept FROM ${nameOf(table)} t`,
        );
        const [all, kept] = [Number(row?.all), Number(row?.kept)];
        if (all >= SMALL && kept > all * list.atMost)
          throw new ProblemError(tooMuch(list, table.key, kept, all), FAILED);
      }
  }
  return filled;
}

async function fill(session: Connection, { name, query, except }: ListPlan): Promise<number> {
  const table = listTable(name);
  const excepts = (except ?? []).map((e) => `EXCEPT SELECT id::bigint FROM (${e.query}) AS e(id)`);
  try {
    await session.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY)`);
    const [row] = await session.query<{ ids: string }>(
      `WITH added AS (INSERT INTO ${table} SELECT id FROM (SELECT id::bigint FROM (${query}) AS q(id) ${excepts.join(' ')}) AS k
         WHERE id IS NOT NULL RETURNING 1) SELECT count(*) AS ids FROM added`,
    );
    await session.query(
      `CREATE FUNCTION ${listFunction(name)}(asked bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS
       $f$ BEGIN RETURN EXISTS (SELECT FROM ${table} k WHERE k.id = asked); END $f$`,
    );
    await session.query(`ANALYZE ${table}`);
    return Number(row?.ids);
  } catch (error) {
    throw new ProblemError(
      {
        code: 'RULE_LIST_FAILED',
        title: `the keep list ${name} cannot be asked: ${(error as Error).message}`,
        next: 'correct its query; where its tables may not be there, add when: {tables: […]}',
      },
      { ...FAILED, cause: error },
    );
  }
}

const FAILED = { exitCode: ExitCode.failed };

const isKept = ({ identifier }: Connection, list: string, by: string): string =>
  `EXISTS (SELECT FROM ${listTable(list)} k WHERE k.id = t.${identifier(by)})`;

/** The ids of the lists, for conditions. */
export async function idsOf(session: Connection, lists: readonly FilledList[]): Promise<ListIds> {
  const found = new Map<string, readonly string[] | 'many'>();
  for (const { name, ids } of lists) {
    if (ids === 0) continue;
    const rows = ids > FEW ? [] : await session.query<{ id: string }>(`SELECT id FROM ${listTable(name)} ORDER BY id`);
    found.set(name, ids > FEW ? 'many' : rows.map(({ id }) => id));
  }
  return found;
}

/** For the leak scan: rows that may go on holding what they held. */
export function keptRows(session: Connection, { tables }: AnonymisePlan, lists: readonly FilledList[]): KeptRows[] {
  const used = new Set(lists.filter(({ ids }) => ids > 0).map(({ name }) => name));
  const kept = new Map<string, { schema: string; table: string; condition: string; columns: string[] }>();
  for (const { table, columns } of tables)
    for (const { column, unless } of columns)
      for (const { list, by } of unless.filter((u) => used.has(u.list))) {
        const condition = isKept(session, list, by);
        const key = `${table.key} ${condition}`;
        const rows = kept.get(key) ?? { schema: table.schema, table: table.name, condition, columns: [] };
        rows.columns.push(column.name);
        kept.set(key, rows);
      }
  return [...kept.values()];
}

const tooMuch = ({ name, atMost }: ListPlan, table: string, kept: number, all: number) => ({
  code: 'RULE_LIST_KEEPS_TOO_MUCH',
  title: `the keep list ${name} would keep ${kept} of ${all} rows of ${table}; at most ${Math.round(atMost * 100)} % are expected`,
  next: 'correct its query, or say at-most where that is meant',
});
