import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { closestVariable, parseEnvFile, setInEnvFile, unsetInEnvFile } from '../configuration/index.ts';
import { type Planned, type PlanRequest, planProject } from '../plan/index.ts';
import { removeStaleTemporaries, writeFilesAtomically } from '../shared/atomic-write.ts';
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
  const before = await readText(path, file);
  const planned = await planProject(request);
  const named = changes.map((change) => ({ ...change, ...settableName(change, planned, before) }));
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
  await removeStaleTemporaries(dirname(path));
  await writeFilesAtomically([{ path, content: after, mode }]);
  const idle = named.flatMap(({ name, value }) => (value ? withoutEffect(again, name, file) : []));
  return { ...result, notes: [...result.notes, ...idle], changed: true };
}

/** Text that is not UTF-8 would not come back as the same bytes. */
export async function readText(path: string, file: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const text = bytes.toString('utf8');
  if (bytes.equals(Buffer.from(text, 'utf8'))) return text;
  throw new ProblemError({
    code: 'ENV_FILE_ENCODING',
    title: 'the file is not UTF-8 text; changing it would damage it',
    place: { file },
    next: `iconv -f LATIN1 -t UTF-8 ${file} > ${file}.utf8, look at it, and put it in the place of ${file}`,
  });
}

/** A value that was written and does not count, because another name or another layer wins. */
function withoutEffect({ declarations, values }: Planned, name: string, file: string): Problem[] {
  const declaration = declarations.find((d) => d.setBy.includes(name));
  const origin = values.get(declaration?.name ?? name)?.origin;
  if (!origin || (origin.setAs === name && origin.place?.file === file)) return [];
  return [
    {
      code: 'VARIABLE_SHADOWED',
      severity: 'warning',
      title: `${name} in ${file} has no effect: ${origin.setAs ?? name} in ${origin.layer} wins`,
      ...(origin.place ? { place: origin.place } : {}),
      next: `coog config:explain ${name}`,
    },
  ];
}

/** The name that goes into the file: the one given, or the settable name of a final variable. */
function settableName(
  change: Change,
  { declarations, values }: Planned,
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
  if (values.has(name) || parseEnvFile(file, '').entries.some((entry) => entry.name === name)) return { name };
  const guess = closestVariable(
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
