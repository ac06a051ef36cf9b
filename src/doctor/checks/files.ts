import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPlan, type Comparison, comparePlan, isDrift } from '../../apply/index.ts';
import { holderOf, lockFile, stateFolder } from '../../history/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { isOrphaned } from '../../shared/process-owner.ts';
import { type Facts, requireConfigured } from '../facts.ts';
import { type Check, type Finding, type Fix, ofProblem } from '../types.ts';

/** Files with secrets in them, relative to the project. */
const secretFiles = ['env.custom', 'custom/env.custom', '.env'];

export const fileChecks: readonly Check[] = [
  {
    id: 'generated-files',
    title: 'the files that Compose reads are what the configuration says',
    look: async (facts) => {
      const plan = await facts.plan();
      const drift = (await comparePlan(plan)).filter(isDrift);
      const fix: Fix = {
        says: 'wrote the files that Compose reads',
        mend: async () => void (await applyPlan(plan, facts.now)),
      };
      // What somebody edited is not written over without being asked for.
      const mended = drift.some(isEdited) ? {} : { fix };
      return drift.length === 0 ? [] : [driftFinding(drift, mended)];
    },
  },
  {
    id: 'compose-files',
    title: 'Compose accepts the files of the project',
    look: async (facts) => {
      const [engine] = await Promise.all([facts.engine(), requireConfigured(facts.folder)]);
      const { composeModel } = await import('../../engine/index.ts');
      try {
        await composeModel(engine, facts.folder, facts.signal);
        return [];
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return error.problems.map((problem) => withCure(ofProblem(problem)));
      }
    },
  },
  {
    id: 'secret-files',
    title: 'files with secrets are readable by their owner alone',
    look: async ({ folder }) => {
      const open = await Promise.all(
        secretFiles.map(async (name) => ((await isOpen(join(folder, name))) ? [name] : [])),
      );
      return open.flat().map((name): Finding => {
        const path = join(folder, name);
        return {
          severity: 'warning',
          title: `${name} holds secrets and can be read by others on this machine`,
          place: { file: path },
          next: `chmod go-rwx ${path}`,
          fix: { says: `${name} is now readable by its owner alone`, mend: () => closeFile(path) },
        };
      });
    },
  },
  { id: 'unfinished-command', title: 'no command that changes the project was killed in the middle', look: unfinished },
];

const isEdited = ({ state }: Comparison): boolean => state === 'edited' || state === 'foreign';

const driftFinding = (drift: readonly Comparison[], more: { fix?: Fix }): Finding => ({
  severity: 'warning',
  title: `${drift.length} files are not what the configuration says: what runs may be something else`,
  evidence: drift
    .map(({ file, state, exposed }) => `${file.path}: ${exposed ? 'readable by others' : state}`)
    .join('\n'),
  next: drift.some(isEdited)
    ? 'coog configure --check, then coog configure: edited files are kept aside'
    : 'coog configure',
  ...more,
});

/** "Failed to load …/env/back.env … no such file or directory", since Compose 2.16. */
const withCure = (finding: Finding): Finding =>
  /env file|failed to load|no such file/i.test(finding.evidence ?? '')
    ? { ...finding, next: 'coog configure makes the missing files below env/; a file of your own must be made by hand' }
    : finding;

async function isOpen(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && (info.mode & 0o077) !== 0;
}

async function closeFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  await chmod(path, mode & 0o700);
}

async function unfinished({ folder }: Facts): Promise<Finding[]> {
  const findings: Finding[] = [];
  const holder = await holderOf(lockFile(folder));
  if (holder && (await isOrphaned(holder.owner)))
    findings.push({
      severity: 'warning',
      title: `coog ${holder.command} of ${holder.user || 'somebody'} was killed in the middle`,
      evidence: `it began at ${holder.since}`,
      next: 'coog status, then the same command again: it holds nobody up',
    });
  for (const name of ['stopped-clients.json', 'stopped-mongo-clients.json']) {
    const path = join(stateFolder(folder), name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined || (holder && !(await isOrphaned(holder.owner)))) continue;
    const title = 'services were stopped for a moment by a command that was killed, and are still stopped';
    findings.push({
      severity: 'error',
      title,
      evidence: text.slice(0, 300),
      place: { file: path },
      next: 'coog up -d',
    });
  }
  return findings;
}
