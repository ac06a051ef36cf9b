import { execa } from 'execa';
import { parse } from 'yaml';
import { type ComposeName, commandOf } from './composes.ts';
import type { ComposeModel } from './planning.ts';

/** What a Compose reads from a configured folder. Fails, and does not skip, where the machine is not set up for the tests. */
export async function composeModel(
  version: ComposeName,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ComposeModel> {
  const { command, env } = commandOf(version);
  const [file = '', ...args] = command;
  const inFolder = version === '1.29.2' ? [] : ['--project-directory', folder];
  const result = await execa(file, [...args, ...inFolder, 'config'], {
    cwd: folder,
    env: { ...environment, ...env, HOME: folder, PWD: folder },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  if (result.exitCode !== 0) throw new Error(`Compose ${version} refuses the project: ${result.stderr}`);
  const complaints = result.stderr.split('\n').filter((line) => /not set|warn/i.test(line) && !/obsolete/.test(line));
  if (complaints.length > 0) throw new Error(`Compose ${version} complains: ${complaints.join('\n')}`);
  return parse(result.stdout, { version: '1.1', merge: true }) as ComposeModel;
}

/** A service's environment as a map of texts, `$$` of Compose's own output read back. */
export function environmentOf(model: ComposeModel, service: string): Record<string, string> {
  const { environment } = model.services[service] ?? {};
  const entries: [string, unknown][] = Array.isArray(environment)
    ? environment.map((line: string) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    : Object.entries((environment ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).replaceAll('$$', '$')]));
}
