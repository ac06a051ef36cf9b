import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { nasty } from './demo.ts';
import { docker, REPOSITORY } from './machine.ts';
import { until } from './until.ts';

export interface OutsideServer {
  readonly address: string;
  readonly port: number;
  readonly sql: (database: string, statement: string) => Promise<string[]>;
}

/** A PostgreSQL that belongs to no project, at an address of this machine that containers reach; its password is `nasty`'s. */
export async function givenOutsideServer(): Promise<OutsideServer> {
  const name = `coogtest-outside-${randomBytes(4).toString('hex')}`;
  const address = hostAddress();
  const image = 'coog-demo/postgres:17';
  // The main job builds it too; whichever test comes first on a new machine.
  if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode !== 0)
    await docker('build', '--tag', image, join(REPOSITORY, 'plugins/demo/images/postgres'));
  const port = await givenFreePort(address);
  const given = { POSTGRES_USER: 'outsider', POSTGRES_PASSWORD: nasty.CUSTOM_POSTGRES_PASSWORD };
  const server = ['postgres', '-p', String(port), '-c', `listen_addresses=${address}`];
  const options = ['-d', '--name', name, '--network', 'host', '-e', 'POSTGRES_USER', '-e', 'POSTGRES_PASSWORD'];
  await execa('docker', ['run', ...options, image, ...server], { env: given });
  onTestFinished(() => docker('rm', '--force', '--volumes', name).then(() => undefined), 60_000);
  const psql = ['exec', name, 'psql', '-U', 'outsider', '-p', String(port), '-AtX', '-d'];
  const answer = async (database: string, statement: string) =>
    (await docker(...psql, database, '-c', statement)).split('\n');
  await until('the server outside', async () => (await answer('postgres', 'SELECT 1'))[0] === '1');
  return { address, port, sql: answer };
}

/** An address of the host that containers reach: the bridge's, else any that is not the loopback. */
function hostAddress(): string {
  const addresses = Object.entries(networkInterfaces()).flatMap(([device, list]) =>
    (list ?? []).filter((a) => a.family === 'IPv4' && !a.internal).map((a) => ({ device, address: a.address })),
  );
  const found = addresses.find((a) => a.device === 'docker0') ?? addresses[0];
  if (!found) throw new Error('this machine has no address but the loopback');
  return found.address;
}

async function givenFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
