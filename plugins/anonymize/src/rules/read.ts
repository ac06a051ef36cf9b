import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, ProblemError } from '@coog/cli/command';
import { mergeRules, type RuleSet } from './merge.ts';
import { invalid, type ParsedRules, parseRules } from './parse.ts';

/** A folder of rule files, and how its files are told. */
export interface RuleSource {
  /** `base`, `neutralise`, a plugin's name, `project`. */
  readonly name: string;
  /** Absolute; one that does not exist holds no rules. */
  readonly folder: string;
}

/**
 * Reads the rules of all sources, the weakest first; files of a folder by name.
 * @throws ProblemError RULES_INVALID (exit code 2) with everything that is wrong in all files
 */
export async function readRules(sources: readonly RuleSource[]): Promise<RuleSet> {
  const files: ParsedRules[] = [];
  const problems: Problem[] = [];
  for (const { folder } of sources)
    for (const path of await filesOf(folder))
      try {
        const parsed = parseRules(await readFile(path, 'utf8'), path);
        const same = files.find(({ file }) => file.name === parsed.file.name && folder === folderOf(files, file.name));
        if (same) problems.push(invalid(`two files are named "${parsed.file.name}": also ${same.path}`, parsed.placeOf('name')));
        files.push(parsed);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
  if (problems.length > 0) throw new ProblemError(problems);
  return mergeRules(files);
}

const folderOf = (files: readonly ParsedRules[], name: string): string | undefined => {
  const path = files.find(({ file }) => file.name === name)?.path;
  return path?.slice(0, path.lastIndexOf('/'));
};

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
