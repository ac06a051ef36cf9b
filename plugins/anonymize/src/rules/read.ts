import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, ProblemError } from '@coog/cli/command';
import { mergeRules, type RuleSet } from './merge.ts';
import { invalid, type ParsedRules, parseRules } from './parse.ts';

/** Rule files that count alike. */
export interface RuleSource {
  /** `base`, `neutralise`, a plugin's name, `project`. */
  readonly name: string;
  /** Absolute; one that does not exist holds no rules. */
  readonly folders?: readonly string[];
  /** Absolute. */
  readonly files?: readonly string[];
}

/**
 * Reads the rules of all sources, the weakest first; files of a folder by name.
 * @throws ProblemError RULES_INVALID (exit code 2) with everything that is wrong in all files
 */
export async function readRules(sources: readonly RuleSource[]): Promise<RuleSet> {
  const files: ParsedRules[] = [];
  const problems: Problem[] = [];
  for (const source of sources) {
    const names = new Map<string, string>();
    for (const path of await filesOf(source))
      try {
        const parsed = parseRules(await readFile(path, 'utf8'), path);
        const other = names.get(parsed.file.name);
        if (other)
          problems.push(invalid(`${other} has the name "${parsed.file.name}" already`, parsed.placeOf('name')));
        names.set(parsed.file.name, path);
        files.push(parsed);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return mergeRules(files);
}

async function filesOf({ folders = [], files = [] }: RuleSource): Promise<string[]> {
  const found = await Promise.all(folders.map(filesIn));
  return [...files, ...found.flat()];
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
