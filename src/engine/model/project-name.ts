import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What a project's `.env` tells Compose about the project itself. */
export interface ProjectSettings {
  readonly project: string;
  readonly profiles: readonly string[];
}

/** Reads COMPOSE_PROJECT_NAME and COMPOSE_PROFILES; without a name it is the folder's, as Compose derives it. */
export async function readProjectSettings(folder: string): Promise<ProjectSettings> {
  const content = await readFile(join(folder, '.env'), 'utf8').catch(() => '');
  const derived = basename(folder)
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '');
  return {
    project: settingOf(content, 'COMPOSE_PROJECT_NAME') || derived,
    profiles: (settingOf(content, 'COMPOSE_PROFILES') ?? '').split(',').filter((profile) => profile !== ''),
  };
}

const settingOf = (content: string, name: string): string | undefined =>
  new RegExp(`^${name}=(["']?)(.*?)\\1\\s*$`, 'm').exec(content)?.[2];
