import { readdir, readFile } from 'node:fs/promises';

/** Looks at the argument list and the environment of every process until it is stopped; answers where a secret was seen. */
export function watchSecrets(secrets: readonly string[]): { stop: () => Promise<{ looks: number; seen: string[] }> } {
  const seen = new Set<string>();
  let looks = 0;
  let over = false;
  const look = async (): Promise<void> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    for (const pid of pids)
      for (const file of ['cmdline', 'environ']) {
        const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
        if (secrets.some((secret) => text.includes(secret)))
          seen.add(`${file}: ${text.replaceAll('\0', ' ').slice(0, 200)}`);
      }
    looks += 1;
  };
  const watching = (async () => {
    while (!over) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 20));
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
