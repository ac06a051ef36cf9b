import type { BackupFacts } from './archive/index.ts';
import type { DatabaseContext } from './context.ts';
import type { Target } from './target.ts';

/** What is dumped in the place of the database itself. */
export interface PreparedDump {
  /** A database on the same server. */
  readonly database: string;
  /** What its manifest says besides. */
  readonly facts: Pick<BackupFacts, 'anonymised' | 'rules'>;
  /** Called when the dump is over, whatever came of it. */
  drop(): Promise<void>;
}

/** Makes it, under the changing lock of the database; what fails, leaves nothing. A plugin hands it in. */
export type DumpStep = (target: Target, context: DatabaseContext) => Promise<PreparedDump>;
