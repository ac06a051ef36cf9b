import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type ShellName = 'sh' | 'bash';

export interface ShellOptions {
  readonly names: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly shell?: ShellName;
}

/**
 * What a real shell makes of each of some files of assignments, each in a shell of its own that finds no command. A file
 * that the shell complains about answers the complaint.
 */
export function readAllWithShell(
  contents: readonly string[],
  { names, environment = {}, shell = 'sh' }: ShellOptions,
): (Map<string, string> | string)[] {
  const folder = mkdtempSync(join(tmpdir(), 'coog-shell-'));
  const path = (i: number, suffix: string): string => join(folder, `${i}.${suffix}`);
  try {
    for (const [i, content] of contents.entries()) writeFileSync(path(i, 'env'), content);
    const print = names.map((name) => `printf '%s\\0' "\${${name}-}"`).join('; ');
    const read = contents.map((_, i) => `( . ./${i}.env </dev/null; ${print} ) >${i}.out 2>${i}.err`);
    writeFileSync(join(folder, 'all'), `${read.join('\n')}\n`);
    const given = Object.entries({ ...environment, PATH: '/nonexistent' }).map(([name, value]) => `${name}=${value}`);
    const { error } = spawnSync('/usr/bin/env', ['-i', ...given, `/bin/${shell}`, 'all'], { cwd: folder });
    if (error) throw error;
    return contents.map((_, i) => {
      const complaint = existsSync(path(i, 'err')) ? readFileSync(path(i, 'err'), 'utf8') : 'not read';
      const values = readFileSync(path(i, 'out'), 'utf8').split('\0');
      return complaint || new Map(names.map((name, n) => [name, values[n] ?? '']));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @throws Error with the shell's own words when it complains */
export function readWithShell(content: string, options: ShellOptions): Map<string, string> {
  const [read] = readAllWithShell([content], options);
  if (!(read instanceof Map)) throw new Error(read);
  return read;
}
