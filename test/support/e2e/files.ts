import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundFile {
  /** Relative to the folder that was asked for. */
  readonly path: string;
  readonly content: Buffer;
}

/** Every file below a folder with its content; folders named in `except` are left out. */
export async function filesBelow(folder: string, except: readonly string[] = ['data']): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of await pathsBelow(folder, except))
    if ((await lstat(join(folder, path))).isFile()) found.push({ path, content: await readFile(join(folder, path)) });
  return found;
}

/** All that can be seen of a folder: kind, mode, owner, time and content of everything in it. */
export async function pictureOf(folder: string, except: readonly string[] = []): Promise<Record<string, string>> {
  const picture: Record<string, string> = {};
  for (const path of await pathsBelow(folder, except)) {
    const full = join(folder, path);
    const { mode, uid, gid, mtimeMs } = await lstat(full);
    const isLink = (await lstat(full)).isSymbolicLink();
    const content = isLink ? await readlink(full) : (await lstat(full)).isFile() ? await readFile(full, 'base64') : '';
    picture[path] = `${mode.toString(8)} ${uid}:${gid} ${mtimeMs} ${content}`;
  }
  return picture;
}

async function pathsBelow(folder: string, except: readonly string[], below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.filter(({ name }) => below !== '' || !except.includes(name))) {
    const path = below === '' ? entry.name : join(below, entry.name);
    paths.push(path);
    if (entry.isDirectory()) paths.push(...(await pathsBelow(folder, except, path)));
  }
  return paths.sort();
}
