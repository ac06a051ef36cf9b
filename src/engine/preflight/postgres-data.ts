import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../shared/problem.ts';
import { READ_TIMEOUT, tryDocker } from '../docker.ts';
import type { DockerAccess } from '../engine.ts';
import { parseImageName } from './image-name.ts';

export interface PostgresData {
  /** The folder on the host that the bundled PostgreSQL mounts as its data folder. */
  readonly folder: string;
  readonly image: string;
  /** The variable that sets the image's tag. */
  readonly variable?: string;
}

/**
 * DATA_FOLDER_MAJOR when the data folder was written by another major of PostgreSQL than the image's. Nothing is said
 * when the folder is absent or empty, or when one of the two majors cannot be known.
 */
export async function checkPostgresData(access: DockerAccess, data: PostgresData): Promise<Problem[]> {
  const [written, offered] = await Promise.all([writtenMajor(access, data), imageMajor(access, data.image)]);
  if (written === undefined || offered === undefined || written === offered) return [];
  return [majorProblem(data, written, offered)];
}

async function writtenMajor(access: DockerAccess, { folder, image }: PostgresData): Promise<string | undefined> {
  try {
    return readMajor(await readFile(join(folder, 'PG_VERSION'), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? majorFromInside(access, folder, image) : undefined;
  }
}

/** PostgreSQL keeps its folder at 0700: where we may not look, a container of its image may. */
async function majorFromInside(access: DockerAccess, folder: string, image: string): Promise<string | undefined> {
  const mount = `type=bind,"source=${folder.replaceAll('"', '""')}",target=/coog-data,readonly`;
  const limits = ['--rm', '--pull=never', '--network=none', '--user=0', '--entrypoint=cat', '--mount', mount];
  const result = await tryDocker(access, ['run', ...limits, image, '/coog-data/PG_VERSION'], { timeout: READ_TIMEOUT });
  return result.exitCode === 0 ? readMajor(result.stdout) : undefined;
}

/** PG_MAJOR, which the official images and those built on them set, else the tag of an image that is named for it. */
async function imageMajor(access: DockerAccess, image: string): Promise<string | undefined> {
  const args = ['image', 'inspect', '--format', '{{json .Config.Env}}', image];
  const result = await tryDocker(access, args, { timeout: READ_TIMEOUT });
  return (result.exitCode === 0 ? majorOfEnvironment(result.stdout) : undefined) ?? majorOfTag(image);
}

export function majorOfEnvironment(json: string): string | undefined {
  const entries = (JSON.parse(json) ?? []) as string[];
  return readMajor(entries.find((entry) => entry.startsWith('PG_MAJOR='))?.slice('PG_MAJOR='.length) ?? '');
}

/** `17` of postgres:17-alpine and postgis:17-3.5, `9.6` of postgres:9.6.24; undefined for images of other names. */
export function majorOfTag(image: string): string | undefined {
  const { repository, tag } = parseImageName(image);
  return /postg/i.test(repository) ? readMajor(tag ?? '') : undefined;
}

/** Before 10, two numbers made a major. */
function readMajor(version: string): string | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?=[\s.\-_]|$)/.exec(version.trim());
  if (!match) return undefined;
  return Number(match[1]) < 10 && match[2] !== undefined ? `${match[1]}.${match[2]}` : match[1];
}

function majorProblem({ folder, image, variable }: PostgresData, written: string, offered: string): Problem {
  const tag = parseImageName(image).tag ?? '';
  const suffix = /^\d+(?:\.\d+)*(-.*)?$/.exec(tag)?.[1] ?? (tag === 'alpine' ? '-alpine' : '');
  return {
    code: 'DATA_FOLDER_MAJOR',
    title: `the data folder was written by PostgreSQL ${written}, the image has ${offered}`,
    detail:
      `${folder} cannot be opened by ${image}. Go on with PostgreSQL ${written}, or upgrade by dump and load: ` +
      `dump every database with ${written}, move the folder aside, load with ${offered}.`,
    place: { file: join(folder, 'PG_VERSION') },
    next: `coog config:set ${variable ?? 'IMAGE_VERSION_POSTGRES'}=${written}${suffix}`,
  };
}
