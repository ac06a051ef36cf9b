import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of oclif's data folder, one file a project: nobody has to read what others write. */
const FOLDER = 'projects';

/** Remembers where a project of this user is, so that it is listed while nothing of it runs. Best effort. */
export async function rememberProject(dataFolder: string, folder: string): Promise<void> {
  const target = join(dataFolder, FOLDER, `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`);
  const text = JSON.stringify({ folder });
  try {
    if ((await readFile(target, 'utf8').catch(() => '')) === text) return;
    await mkdir(join(dataFolder, FOLDER), { recursive: true, mode: 0o700 });
    await writeFile(`${target}.${process.pid}`, text, { mode: 0o600 });
    await rename(`${target}.${process.pid}`, target);
  } catch {
    // A home that cannot be written keeps nobody from working.
  }
}

/** Folders of the projects that are remembered; what is no project any more is forgotten. */
export async function knownProjects(
  dataFolder: string,
  isProject: (folder: string) => Promise<boolean>,
): Promise<string[]> {
  const names = await readdir(join(dataFolder, FOLDER)).catch(() => [] as string[]);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const path = join(dataFolder, FOLDER, name);
        const folder = folderIn(await readFile(path, 'utf8').catch(() => ''));
        if (folder !== undefined && (await isProject(folder))) return [folder];
        await rm(path, { force: true }).catch(() => undefined);
        return [];
      }),
  );
  return found.flat().sort();
}

function folderIn(text: string): string | undefined {
  try {
    const { folder } = JSON.parse(text) as { folder?: unknown };
    return typeof folder === 'string' && folder.startsWith('/') ? folder : undefined;
  } catch {
    return undefined;
  }
}
