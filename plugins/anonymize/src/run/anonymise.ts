import { ExitCode, ProblemError } from '@coog/cli/command';
import { type Connection, countRows, type Server } from '@coog/cli/database';
import type { AnonymisePlan } from '../plan/types.ts';
import type { Hit, Scan, TakeSample } from '../scan/types.ts';
import { readSchema } from '../schema/read.ts';
import { type FilledList, fillLists, idsOf, keptRows } from './keep-lists.ts';
import { bytesToMask, dropSchema, maskAll, prepareSchema } from './mask.ts';
import { removeLargeObjects, removeResidue } from './residue.ts';
import { requireSameSchema } from './same-schema.ts';
import { withSessions } from './session.ts';

export interface AnonymiseOptions {
  readonly plan: AnonymisePlan;
  /** Overwritten when it is not needed any more. */
  readonly key: Buffer;
  readonly leaks: { readonly sample: TakeSample; readonly scan: Scan };
  readonly signal: AbortSignal;
  /** Works on the copy while it is masked and not scanned yet: sets the administrator's password. */
  readonly beforeScan: () => Promise<void>;
  readonly progress: { begin(title: string, total?: number): void; advance(done: number): void; end(): void };
}

/** What was done; the evidence that goes into the report. Holds no value of the database. */
export interface Anonymised {
  readonly lists: readonly FilledList[];
  /** Rows by table, of those that were changed; after it. */
  readonly rows: ReadonlyMap<string, number>;
  readonly largeObjects: number;
  readonly hits: readonly Hit[];
  /** Distinct values and words that were looked for, and bytes in which. */
  readonly sampled: number;
  readonly scanned: number;
  /** Milliseconds of each step. */
  readonly took: Readonly<Record<'sample' | 'mask' | 'clean' | 'scan', number>>;
}

/**
 * Anonymises a database in place: only ever called with a copy that nobody uses, which is dropped when this fails. Sample,
 * mask, clean, scan.
 * @throws ProblemError LEAKS_FOUND, ANONYMIZE_FAILED, those of the keep lists (exit code 1)
 */
export async function anonymiseCopy(server: Server, copy: string, options: AnonymiseOptions): Promise<Anonymised> {
  const { plan, leaks, signal, progress, key } = options;
  return withSessions(server, copy, signal, async (sessions) => {
    const [first, second] = sessions as [Connection, Connection];
    const before = await readSchema(first);
    await prepareSchema(first);
    const lists = await fillLists(first, plan);
    const ids = await idsOf(first, lists);
    const kept = keptRows(first, plan, lists);
    const [sample, sampling] = await timed(() => {
      progress.begin('sampling what will be looked for');
      return leaks.sample(first, { kept, signal });
    });
    const [largeObjects, masking] = await timed(async () => {
      progress.begin('masking', bytesToMask(plan));
      await maskAll(sessions, plan, { key, lists: ids, onProgress: (done) => progress.advance(done) });
      key.fill(0);
      return removeLargeObjects(first, plan);
    });
    await options.beforeScan();
    const [, cleaning] = await timed(async () => {
      progress.begin('cleaning statistics and catalogues');
      await removeResidue(sessions, plan);
    });
    requireSameSchema(before, await readSchema(first));
    const [found, scanning] = await timed(() => {
      progress.begin('looking for leaks');
      return leaks.scan(first, sample, { kept, signal, second, onProgress: (bytes) => progress.advance(bytes) });
    });
    progress.end();
    if (found.hits.length > 0) throw new LeaksFound(found.hits);
    await dropSchema(first);
    return {
      lists,
      rows: await rowsOf(server, copy, plan),
      largeObjects,
      hits: found.hits,
      sampled: sample.size,
      scanned: found.bytes,
      took: { sample: sampling, mask: masking, clean: cleaning, scan: scanning },
    };
  });
}

/** Something real is left: nothing is published. */
export class LeaksFound extends ProblemError {
  readonly hits: readonly Hit[];

  constructor(hits: readonly Hit[]) {
    super(
      {
        code: 'LEAKS_FOUND',
        title: `the leak scan found real values in ${hits.length === 1 ? 'a column' : `${hits.length} columns`}; nothing was published`,
        detail: hits.slice(0, SHOWN).map(told).join('\n'),
        next: 'correct the rules of these columns (coog anonymize:rules:check, RULES.md)',
      },
      { exitCode: ExitCode.failed },
    );
    this.hits = hits;
  }
}

const SHOWN = 50;

const told = ({ schema, table, column, kind, count, example }: Hit): string =>
  `${schema === 'public' ? '' : `${schema}.`}${table}.${column}: ${count} × ${kind} (${example})`;

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - began)];
}

async function rowsOf(server: Server, copy: string, { tables }: AnonymisePlan): Promise<Map<string, number>> {
  const changed = new Set(tables.filter((t) => t.columns.length > 0 || t.rows !== undefined).map((t) => t.table.key));
  const counted = await countRows(server, copy);
  const named = counted.map(
    ({ schema, name, rows }) => [schema === 'public' ? name : `${schema}.${name}`, rows] as const,
  );
  return new Map(named.filter(([key]) => changed.has(key)));
}
