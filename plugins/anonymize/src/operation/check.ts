import { open } from 'node:fs/promises';
import { ProblemError } from '@coog/cli/command';
import { type DatabaseContext, openTarget } from '@coog/cli/database';
import type { Unclassified } from '../plan/problems.ts';
import { startingFile } from '../rules/starting-file.ts';
import { judgeDatabase } from './plan.ts';

export interface Checked {
  readonly database: string;
  readonly tables: number;
  readonly unclassified: readonly Unclassified[];
  readonly problems: readonly { readonly code: string; readonly title: string }[];
  /** Tables that rules speak of and the database does not have. */
  readonly absent: readonly string[];
  readonly written?: string;
}

/**
 * Compares the rules with a live schema.
 * @param options.write file for the rules of what is missing; never overwritten
 * @throws ProblemError RULES_FILE_EXISTS (exit code 2)
 */
export async function checkRules(
  options: { readonly database: string | undefined; readonly write: string | undefined },
  context: DatabaseContext,
): Promise<Checked> {
  const target = await openTarget(options.database, context);
  const { plan, unclassified, problems } = await judgeDatabase(target);
  const { write } = options;
  if (write !== undefined && unclassified.length > 0)
    await writeNew(write, startingFile(unclassified, target.database));
  return {
    database: target.database,
    tables: plan.tables.length,
    unclassified,
    problems,
    absent: plan.absent,
    ...(write !== undefined && unclassified.length > 0 ? { written: write } : {}),
  };
}

async function writeNew(path: string, content: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  const { dirname } = await import('node:path');
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError({
      code: 'RULES_FILE_EXISTS',
      title:
        error.code === 'EEXIST'
          ? 'the file is there already, and is not overwritten'
          : `the file cannot be made (${error.code})`,
      place: { file: path },
      next: 'name another one',
    });
  });
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}
