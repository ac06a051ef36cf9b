import type { PlanRequest } from '../plan/index.ts';
import type { Problem } from '../shared/problem.ts';

/** What an operation is given: where, with what, and whom to tell. It knows no flags and no terminal. */
export interface OperationContext {
  readonly request: PlanRequest;
  /** The story, a line each. */
  readonly say: (message: string) => void;
  readonly tell: (problems: readonly Problem[]) => void;
  /** Who runs coog. */
  readonly uid: number;
  readonly gid: number;
  readonly now: () => Date;
  /** Called when nothing of the project is changed any more, although the operation goes on. */
  readonly letOthers?: () => Promise<void>;
  /** This is a step of an upgrade, or takes one back: what an unfinished one forbids is allowed. */
  readonly upgrading?: boolean;
}
