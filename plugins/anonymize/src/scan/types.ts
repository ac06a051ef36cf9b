import type { Connection } from '@coog/cli/database';

/**
 * The leak scan: it knows nothing of the rules. `sample` is called in the copy before anything is masked, `scan` in the same
 * copy after. What it is told are the rows that may keep their values, and nothing else.
 */

/** A session in the copy; what `Connection` of @coog/cli/database is. */
export interface ScanConnection {
  query<R extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<R[]>;
  identifier(name: string): string;
  literal(text: string): string;
  /** Hands over a query object of pg's kind: pg-copy-streams, pg-cursor. */
  submit: Connection['submit'];
}

/** Rows whose values may stay: banks, insurers, the administrator. */
export interface KeptRows {
  readonly schema: string;
  readonly table: string;
  /** A boolean expression over the row, whose alias is `t`; true for rows that are kept. Works before and after masking. */
  readonly condition: string;
  /** Columns that the keep list is for. */
  readonly columns: readonly string[];
}

export interface SampleOptions {
  readonly kept: readonly KeptRows[];
  readonly signal: AbortSignal;
  /** Told now and then; rows read so far. */
  readonly onProgress?: (rows: number) => void;
}

/** What was sampled; how is the scan's own affair. Holds real values: never printed, never written. */
export interface Sample {
  /** Distinct values and words that are looked for. */
  readonly size: number;
  /** Tables that values were taken of. */
  readonly tables: number;
}

export interface Hit {
  readonly schema: string;
  /** `pg_stats`, `pg_largeobject`, `comments` and `files` for what is no table of the application. */
  readonly table: string;
  readonly column: string;
  /** `value`: equals or holds a sampled value. Others: looks like one, and is none of ours. */
  readonly kind: 'value' | 'email' | 'iban' | 'nir' | 'phone';
  /** Rows. */
  readonly count: number;
  /** The first one, all but its first and last letter hidden. */
  readonly example: string;
}

export interface ScanOptions {
  readonly kept: readonly KeptRows[];
  readonly signal: AbortSignal;
  /** Second session that shares the work. */
  readonly second?: ScanConnection;
  /** Document store beside the database, when it goes out with it: absolute. */
  readonly documents?: string;
  readonly onProgress?: (bytes: number) => void;
}

export interface ScanResult {
  readonly hits: readonly Hit[];
  /** Bytes of text that were searched. */
  readonly bytes: number;
  readonly rows: number;
}

/** `src/scan/index.ts` exports `sample` and `scan` of these types. */
export type TakeSample = (connection: ScanConnection, options: SampleOptions) => Promise<Sample>;
export type Scan = (connection: ScanConnection, sample: Sample, options: ScanOptions) => Promise<ScanResult>;
