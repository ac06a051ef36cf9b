import { dirname } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import type { ComposeModel } from './planning.ts';

/** The three Composes that coog must work with; each says where it is by an environment variable. */
const variables = {
  '1.29.2': 'COOG_TEST_COMPOSE_V1',
  '2.26': 'COOG_TEST_DOCKER_CONFIG_2_26',
  '2.40': 'COOG_TEST_DOCKER_CONFIG_2_40',
} as const;

export type ComposeVersion = keyof typeof variables;
export const composeVersions = Object.keys(variables) as ComposeVersion[];

/** What a Compose reads from a configured folder. Fails, and does not skip, where the machine is not set up for the tests. */
export async function composeModel(
  version: ComposeVersion,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ComposeModel> {
  const where = process.env[variables[version]];
  if (!where) throw new Error(`${variables[version]} is not set: it says where Docker Compose ${version} is`);
  const [file, args] =
    version === '1.29.2' ? [where, ['config']] : ['docker', ['compose', '--project-directory', folder, 'config']];
  const result = await execa(file, args, {
    cwd: folder,
    env: {
      ...environment,
      PATH: `/usr/local/bin:/usr/bin:/bin:${dirname(where)}`,
      HOME: folder,
      DOCKER_CONFIG: where,
      PWD: folder,
    },
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
