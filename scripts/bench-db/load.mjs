import { basename } from 'node:path';
import { longestGap } from './downtime.mjs';

const DATABASE = 'reference';

/** `coog db:load`, and pg_restore with a verification of the same file. */
export function loads(project, { file }) {
  const { container, host, port, user, password, database } = project.server();
  const inside = `/bench/${basename(file)}`;
  const restore = ['docker', 'exec', project.client, 'pg_restore'];
  return {
    coog: () => project.coog('db:load', file, '--yes'),

    /** While a client hammers at it, which costs time. */
    async coogWatched() {
      const server = { host, port, user, password, database };
      return { downtime: await longestGap(server, () => project.coog('db:load', file, '--yes')) };
    },

    async reference() {
      const commands = {
        hash: ['sha256sum', file],
        read: [...restore, '--file=/dev/null', inside],
        create: ['docker', 'exec', container, 'createdb', '-U', user, '--template=template0', DATABASE],
        restore: [...restore, '--exit-on-error', '--no-owner', '-j2', `--dbname=${DATABASE}`, inside],
      };
      const parts = {};
      for (const [name, command] of Object.entries(commands)) parts[name] = (await project.run(command)).ms;
      await project.sql('postgres', `DROP DATABASE ${DATABASE}`);
      return { ms: Object.values(parts).reduce((sum, ms) => sum + ms, 0), parts };
    },
  };
}
