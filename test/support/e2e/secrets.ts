import { readdir, readFile } from 'node:fs/promises';
import { filesBelow } from './files.ts';

/** Looks at the argument list of every process until it is stopped; answers the lists in which a secret was seen. */
export function watchArguments(secrets: readonly string[]): { stop: () => Promise<{ looks: number; seen: string[] }> } {
  const seen = new Set<string>();
  let looks = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      for (const line of await argumentLists()) if (holds(line, secrets)) seen.add(line.replaceAll('\0', ' '));
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  return {
    stop: async () => {
      over = true;
      await watching;
      return { looks, seen: [...seen] };
    },
  };
}

async function argumentLists(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}

/** Files of a folder, read whole, that hold one of the secrets as it is or as it stands in a URI. */
export async function filesWithSecrets(folder: string, secrets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { path, content } of await filesBelow(folder))
    if (holds(content.toString('utf8'), secrets)) found.push(path);
  return found;
}

export const holds = (text: string, secrets: readonly string[]): boolean =>
  secrets.some((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
