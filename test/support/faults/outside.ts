import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { Client } from 'pg';
import { docker } from '../e2e/machine.ts';
import { until } from '../e2e/until.ts';
import { type Contents, contentsOf } from './oracle.ts';
import { IMAGE_NAME, IMAGE_VERSION } from './services.ts';
import { PASSWORD } from './world.ts';

/** A server of no project, whose superuser is `boss`; every role has the tests' password. */
export class OutsideServer {
  readonly name = `coogtest-outside-${randomBytes(4).toString('hex')}`;
  host!: string;

  async start(): Promise<void> {
    const given = { POSTGRES_USER: 'boss', POSTGRES_PASSWORD: PASSWORD };
    const options = ['-d', '--name', this.name, '-e', 'POSTGRES_USER', '-e', 'POSTGRES_PASSWORD'];
    await execa('docker', ['run', ...options, `${IMAGE_NAME}:${IMAGE_VERSION}`], { env: given });
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    this.host = await docker('inspect', '--format', format, this.name);
    await until('the server outside', () => this.query('boss', 'postgres', 'SELECT 1'));
  }

  readonly remove = (): Promise<string> => docker('rm', '--force', '--volumes', this.name);

  readonly role = (name: string, rights: string): Promise<unknown> =>
    this.query('boss', 'postgres', `CREATE ROLE ${name} LOGIN ${rights} PASSWORD '${PASSWORD.replaceAll("'", "''")}'`);

  readonly query = (user: string, database: string, text: string): Promise<Record<string, unknown>[]> =>
    this.connected({ user, database }, async (client) => (await client.query(text)).rows ?? []);

  readonly contents = (database = 'coog'): Promise<Contents> =>
    this.connected({ user: 'boss', database }, (client) => contentsOf(client));

  readonly databases = () => this.query('boss', 'postgres', 'SELECT datname FROM pg_database ORDER BY 1');

  private async connected<T>(
    given: { readonly user: string; readonly database: string },
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    // A lock that somebody left is told as that, and not as a test that takes too long.
    const patience = { connectionTimeoutMillis: 20_000, query_timeout: 60_000 };
    const client = new Client({ host: this.host, password: PASSWORD, ...patience, ...given });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
