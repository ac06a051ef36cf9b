import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { containersOfProject, containersWith } from './engine.ts';

export interface Sighting {
  readonly file: 'cmdline' | 'environ';
  readonly pid: string;
  readonly shown: string;
  readonly cgroup: string;
}

export interface Watched {
  readonly looks: number;
  readonly seen: readonly Sighting[];
  /** What the engine says of the containers of client programs, which were there for a moment. */
  readonly clients: readonly string[];
  /** Ids of the containers of the project, which are given their passwords by Compose. */
  readonly own: readonly string[];
}

/** The loop is a process of its own: a test that runs coog is busy. It is told the secrets by a file of ours. */
const LOOK = `
const { readdirSync, readFileSync } = require('node:fs');
const { secrets, except } = JSON.parse(readFileSync(process.argv[1], 'utf8'));
const seen = new Map();
let looks = 0, over = false;
process.stdin.on('data', () => {}).on('end', () => { over = true; });
const read = (path) => { try { return readFileSync(path, 'latin1'); } catch { return ''; } };
const look = () => {
  for (const pid of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(pid) || except.includes(Number(pid)) || Number(pid) === process.pid) continue;
    for (const file of ['cmdline', 'environ']) {
      const text = read('/proc/' + pid + '/' + file);
      if (!secrets.some((secret) => text.includes(secret))) continue;
      const shown = text.replaceAll('\\0', ' ').slice(0, 300);
      seen.set(file + shown, { file, pid, shown, cgroup: read('/proc/' + pid + '/cgroup') });
    }
  }
  looks += 1;
  if (!over) setImmediate(look);
  else process.stdout.write(JSON.stringify({ looks, seen: [...seen.values()] }));
};
look();
`;

/** Looks at every argument list and environment of the machine, and at the containers of coog, while some work is done. */
export async function whileWatching(
  { secrets, record, project }: { secrets: readonly string[]; record: string; project: string },
  work: () => Promise<unknown>,
): Promise<Watched> {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const latin = forms.map((form) => Buffer.from(form).toString('latin1'));
  await writeFile(record, JSON.stringify({ secrets: latin, except: [process.pid] }), { mode: 0o600 });
  const child = spawn(process.execPath, ['-e', LOOK, record], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const clients = new Set<string>();
  const own = new Set<string>();
  let over = false;
  const asking = (async () => {
    while (!over) {
      for (const { id } of await containersOfProject(project)) own.add(id);
      for (const client of await containersWith(`coog.database-client=${project}`)) clients.add(client.document);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    child.stdin.end();
    await Promise.all([ended, asking]);
  }
  return { ...(JSON.parse(said) as Pick<Watched, 'looks' | 'seen'>), clients: [...clients], own: [...own] };
}
