import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Declaration, setInEnvFile, unsetInEnvFile } from '../configuration/index.ts';
import { type PlanRequest, planProject } from '../plan/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { closest } from '../shared/closest.ts';
import { isWarning, type Problem, ProblemError } from '../shared/problem.ts';

export interface Change {
  readonly name: string;
  /** Undefined takes the variable out. */
  readonly value: string | undefined;
}

export interface Changed {
  /** Relative to the project. */
  readonly file: string;
  /** The names that were written (a final name becomes the one that a user sets). */
  readonly names: readonly string[];
  readonly changed: boolean;
  readonly notes: readonly Problem[];
}

/** 43 characters of URL-safe base64: 256 bits, and nothing that any quoting could hurt. */
export const generateSecret = (): string => randomBytes(32).toString('base64url');

/**
 * Changes variables in env.custom (or custom/env.custom) and keeps every other byte of it. Refused, with nothing
 * written, when a name is not known or a value does not fit.
 */
export async function changeVariables(
  request: PlanRequest,
  changes: readonly Change[],
  file: string,
): Promise<Changed> {
  const path = join(request.folder, file);
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const planned = await planProject(request);
  const named = changes.map((change) => ({ ...change, ...settableName(change, planned.declarations, before) }));
  const refused = named.flatMap((c) => c.refusal ?? []);
  if (refused.length > 0) throw new ProblemError(refused);
  const after = named.reduce(
    (text, { name, value }) => (value === undefined ? unsetInEnvFile(text, name) : setInEnvFile(text, name, value)),
    before,
  );
  const names = named.map((c) => c.name);
  const result = { file, names, notes: named.flatMap((c) => c.note ?? []) };
  if (after === before) return { ...result, changed: false };
  const again = await planProject({ ...request, replace: new Map([[file, after]]) });
  const known = new Set(planned.problems.map((p) => p.title));
  const caused = again.problems.filter(
    (p) => !isWarning(p) && (!known.has(p.title) || names.some((name) => p.title.startsWith(`${name} `))),
  );
  // Taking a value out may leave a required one missing: that is what the user asked for, and the next command tells it.
  const wrong = caused.filter((p) => p.code !== 'VARIABLE_MISSING');
  if (wrong.length > 0) throw new ProblemError(wrong);
  const mode = await stat(path).then(
    (s) => s.mode & 0o777,
    () => 0o600,
  );
  await writeFilesAtomically([{ path, content: after, mode }]);
  return { ...result, changed: true };
}

/** The name that goes into the file: the one given, or the settable name of a final variable. */
function settableName(
  change: Change,
  declarations: readonly Declaration[],
  file: string,
): { name: string; note?: Problem; refusal?: Problem } {
  const { name } = change;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return {
      name,
      refusal: { code: 'VARIABLE_NAME_INVALID', title: `"${name}" is not a variable name`, next: 'coog config:list' },
    };
  if (declarations.some((d) => d.setBy.includes(name))) return { name };
  const final = declarations.find((d) => d.name === name);
  const settable = final?.setBy[0];
  if (settable)
    return {
      name: settable,
      note: { code: 'VARIABLE_RENAMED', severity: 'warning', title: `${name} is set by the name ${settable}` },
    };
  if (final)
    return {
      name,
      refusal: {
        code: 'VARIABLE_NOT_SETTABLE',
        title: `${name} is computed and cannot be set`,
        next: `coog config:explain ${name}`,
      },
    };
  if (new RegExp(`^\\s*(export\\s+)?${name}=`, 'm').test(file)) return { name };
  const guess = closest(
    name,
    declarations.flatMap((d) => d.setBy),
  );
  return {
    name,
    refusal: {
      code: 'VARIABLE_UNKNOWN',
      title: `${name} is not a variable of Coog`,
      next: guess
        ? `did you mean ${guess}?`
        : 'coog config:list; a variable for your own compose files is written into env.custom by hand',
    },
  };
}
