import { availableParallelism } from 'node:os';
import type { Server } from './types.ts';

/** Helpers of one statement that a server which nobody has set up otherwise allows. */
const USUAL = 2;

/**
 * Settings for sessions that work side by side on everything, so that they do not start more helpers than there are
 * processors: with two of each, restoring measured took a tenth longer. None for a server whose processors nobody knows here.
 */
export function workersFor({ kind }: Pick<Server, 'kind'>, sessions: number): Readonly<Record<string, string>> {
  const helpers = Math.max(0, Math.floor(availableParallelism() / sessions) - 1);
  // More than usual are the administrator's choice.
  if (kind !== 'bundled' || helpers >= USUAL) return {};
  return { max_parallel_maintenance_workers: String(helpers), max_parallel_workers_per_gather: '0' };
}
