import type { OperationContext } from '../operations/index.ts';

/** Told how far a long step is; `done` and `total` in bytes. */
export interface Progress {
  begin(title: string, total?: number): void;
  advance(done: number): void;
  end(): void;
}

/** What is about to be changed, said before a question with the default No. */
export interface Intent {
  /** What happens to which object, how old and how large it is, what is kept: a line each. */
  readonly lines: readonly string[];
  readonly question: string;
}

export interface DatabaseContext extends OperationContext {
  readonly progress: Progress;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}
