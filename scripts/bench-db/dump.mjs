import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mostOnDisk } from './disk.mjs';

/**
 * `coog db:dump`, pg_dump as it is, and the way of the scripts.
 * @returns {Record<string, () => Promise<object>>} each measures once; `coog` leaves its file for who loads it
 */
export function dumps(project, { file }) {
  const { container, user, database } = project.server();
  const exec = ['docker', 'exec', container];
  const beside = (suffix) => join(project.backups, `reference.${suffix}`);
  return {
    coog: () => project.coog('db:dump', file),

    /** A folder, over two connections. */
    async coogJobs() {
      const folder = beside('jobs');
      const ran = await project.coog('db:dump', folder, '--jobs', '2');
      for (const path of [folder, `${folder}.manifest.json`]) rmSync(path, { recursive: true });
      return ran;
    },

    /** With the sampling that costs time. */
    async coogWatched() {
      const most = await mostOnDisk(project, () => project.coog('db:dump', file));
      return { copies: most / statSync(file).size };
    },

    async reference() {
      const target = beside('dump');
      const line = 'file=$1; shift; "$@" | tee "$file" | sha256sum';
      const pgDump = [...exec, 'pg_dump', '-U', user, '-Fc', '-Z', 'zstd:1', '-d', database];
      const ran = await project.run(['bash', '-o', 'pipefail', '-c', line, 'bash', target, ...pgDump]);
      rmSync(target);
      return ran;
    },

    /** `manage_db dump --format zip`: a file in the container, its copy here, and that zipped. */
    async scripts() {
      const inside = '/tmp/reference.sql';
      const commands = [
        [...exec, 'pg_dump', '-U', user, '-d', database, '-f', inside],
        ['docker', 'cp', `${container}:${inside}`, beside('sql')],
        [...exec, 'rm', inside],
        ['zip', '-q', '-j', beside('zip'), beside('sql')],
      ];
      let ms = 0;
      for (const command of commands) ms += (await project.run(command)).ms;
      for (const suffix of ['sql', 'zip']) rmSync(beside(suffix));
      return { ms };
    },
  };
}
