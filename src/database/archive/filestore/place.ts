import { chmod, chown, lchown, mkdir, open, symlink } from 'node:fs/promises';
import type { Header } from 'tar-stream';
import type { Judged } from './judge.ts';
import { unsafe } from './judge.ts';
import { onDisk } from './names.ts';
import { SMALL } from './walk.ts';

/** Small files that are written at once. */
const AT_ONCE = 16;

/** Set-group-ID and sticky bit mean something on a folder only; set-user-ID is never restored. */
const FILE_MODE = 0o777;
const FOLDER_MODE = 0o3777;

/**
 * Puts entries into a folder that was empty. Folders are made one by one and remembered, files are opened exclusively, links
 * are made at the very end: so no path ever leads through a link, and no entry replaces another.
 */
export class Placer {
  private readonly root: string;
  private readonly owners: boolean;
  private readonly made = new Set(['']);
  private readonly folders: Judged[] = [];
  private readonly links: Judged[] = [];
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(folder: string, owners: boolean) {
    this.root = Buffer.from(folder).toString('latin1');
    this.owners = owners;
  }

  async place(entry: Judged, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.failure) throw this.failure.error;
    if (entry.header.type === 'directory') {
      await this.makeFolder(entry.path);
      this.folders.push(entry);
    } else {
      await this.makeFolder(parent(entry.path));
      if (entry.header.type === 'symlink') this.links.push(entry);
      else if (entry.header.size > SMALL) return this.write(entry, content);
      else return this.writeSoon(entry, await collect(content));
    }
    for await (const _ of content);
  }

  /** Waits for what is being written. Throws nothing. */
  async settle(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Links, and the rights of folders: nothing can be written any more behind these. */
  async finish(): Promise<void> {
    await this.settle();
    if (this.failure) throw this.failure.error;
    for (const { path, target = '', header } of this.links) {
      await symlink(onDisk(target), this.disk(path)).catch(notTwice(path));
      if (this.owners) await lchown(this.disk(path), ownerOf(header, 'uid'), ownerOf(header, 'gid'));
    }
    // The deepest first: a folder may take the right to go into it away.
    for (const { path, header } of this.folders.sort((a, b) => depth(b.path) - depth(a.path))) {
      if (this.owners) await chown(this.disk(path), ownerOf(header, 'uid'), ownerOf(header, 'gid'));
      await chmod(this.disk(path), header.mode & FOLDER_MODE);
    }
  }

  private async makeFolder(path: string): Promise<void> {
    if (this.made.has(path)) return;
    await this.makeFolder(parent(path));
    await mkdir(this.disk(path), 0o700).catch(notTwice(path));
    this.made.add(path);
  }

  private async writeSoon(entry: Judged, content: Buffer): Promise<void> {
    const task: Promise<void> = this.write(entry, [content]).catch((error: unknown) => {
      this.failure ??= { error };
    });
    this.running.add(task);
    void task.then(() => this.running.delete(task));
    if (this.running.size >= AT_ONCE) await Promise.race(this.running);
  }

  private async write(
    { path, header }: Judged,
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const handle = await open(this.disk(path), 'wx', 0o600).catch(notTwice(path));
    try {
      for await (const chunk of content) await handle.writeFile(chunk);
      if (this.owners) await handle.chown(ownerOf(header, 'uid'), ownerOf(header, 'gid'));
      await handle.chmod(header.mode & FILE_MODE);
      await handle.utimes(header.mtime, header.mtime);
    } finally {
      await handle.close();
    }
  }

  private disk(path: string): Buffer {
    return onDisk(path === '' ? this.root : `${this.root}/${path}`);
  }
}

const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const depth = (path: string): number => (path === '' ? -1 : path.split('/').length);

/** Numbers that do not fit into a tar header stand in its extension. */
function ownerOf(header: Header, field: 'uid' | 'gid'): number {
  const extended = Number((header.pax as Record<string, string> | null)?.[field]);
  return Number.isSafeInteger(extended) && extended >= 0 ? extended : header[field];
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The folder was empty: what is there came out of the same archive. */
const notTwice =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw error.code === 'EEXIST' ? unsafe(path, 'the same name stands in it twice') : error;
  };
