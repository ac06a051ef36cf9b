import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, childEnvironment, findCommand } from '../../plugins/demo/machine/process.mjs';
import { cacheFolder } from '../machine/folders.mjs';

/**
 * Builds a program from the Go module that publishes it, as its own project does, with the versions and replacements of
 * its own go.mod; kept outside of the repository.
 * @param {{name: string, module: string, version: string, sum: string, source: string, prepare?: (folder: string) => void}} program
 *   sum: the module's checksum as go.sum has it; source: the package below the module; prepare: changes a copy of the source
 * @returns {Promise<string>} the path of the program
 */
export async function ensureGoProgram({ name, module, version, sum, source, prepare }) {
  const folder = join(cacheFolder(), `${name}-${version}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const go = findCommand('go') ?? findCommand('go', childEnvironment({ PATH: '/usr/local/go/bin:/usr/lib/go/bin' }));
  if (!go) throw new Error(`Go is not installed, which builds ${name} for the tests: apt-get install golang`);
  console.error(`Building ${name} ${version} for the tests (some minutes, once)`);
  const work = mkdtempSync(join(tmpdir(), `coog-${name}-build-`));
  try {
    const { stdout } = await must(go, ['mod', 'download', '-json', `${module}@${version}`], { cwd: work });
    const found = JSON.parse(stdout);
    if (found.Sum !== sum) throw new Error(`${module}@${version} has the checksum ${found.Sum}, not ${sum}`);
    const copy = join(work, 'source');
    cpSync(found.Dir, copy, { recursive: true });
    await must('chmod', ['-R', 'u+w', copy], {});
    prepare?.(copy);
    await must(go, ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(work, name), source], { cwd: copy });
    mkdirSync(folder, { recursive: true });
    // A copy that was cut short must not pass for the program.
    cpSync(join(work, name), `${program}.new`);
    renameSync(`${program}.new`, program);
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function must(command, args, options) {
  const result = await capture(command, args, options);
  if (result.code !== 0)
    throw new Error(`${command} ${args.join(' ')} failed\n${`${result.stdout}${result.stderr}`.slice(-4000)}`);
  return result;
}
