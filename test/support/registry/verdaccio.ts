import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFiles } from '../folder.ts';

export interface Registry {
  readonly url: string;
  /** Where it keeps what was published. */
  readonly storage: string;
  readonly stop: () => Promise<void>;
}

/** Starts a real registry on loopback that knows nobody else; whoever comes may publish. */
export async function startRegistry(folder: string): Promise<Registry> {
  const program = process.env.COOG_TEST_REGISTRY;
  if (!program) throw new Error('COOG_TEST_REGISTRY is not set: run the tests by "npm run test:install"');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  await writeFiles(folder, {
    'config.yaml': stringify({
      storage: './storage',
      listen: `127.0.0.1:${port}`,
      auth: { htpasswd: { file: './users' } },
      uplinks: {},
      packages: {
        '@secret/*': { access: '$authenticated', publish: '$authenticated' },
        '**': { access: '$all', publish: '$all', unpublish: '$all' },
      },
      log: { type: 'stdout', format: 'json', level: 'warn' },
    }),
  });
  const child = spawn(process.execPath, [program, '--config', join(folder, 'config.yaml')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the registry did not start:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  return { url, storage: join(folder, 'storage'), stop };
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}-/ping`).then(
    ({ ok }) => ok,
    () => false,
  );

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
