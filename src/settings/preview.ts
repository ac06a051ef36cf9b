import { join } from 'node:path';
import { setInEnvFile, unsetInEnvFile } from '../configuration/index.ts';
import { type Planned, type PlanRequest, planProject } from '../plan/index.ts';
import { type Change, readText } from './change.ts';

/** What the project is, and what it would be with these changes of names that a user sets. Writes nothing. */
export async function previewVariables(
  request: PlanRequest,
  changes: readonly Change[],
  file: string,
): Promise<{ readonly before: Planned; readonly after: Planned }> {
  const text = changes.reduce(
    (before, { name, value }) =>
      value === undefined ? unsetInEnvFile(before, name) : setInEnvFile(before, name, value),
    await readText(join(request.folder, file), file),
  );
  const [before, after] = await Promise.all([
    planProject(request),
    planProject({ ...request, replace: new Map([[file, text]]) }),
  ]);
  return { before, after };
}
