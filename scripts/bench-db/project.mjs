import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, isRoot } from '../../plugins/demo/machine/process.mjs';
import { ROOT } from '../bootstrap.mjs';

const KEPT = ['database/postgres', 'database/postgres_init'];
const USER = 'coog';

/**
 * A project whose only service is the bundled PostgreSQL, with what beside it is needed to measure. All that is made lies in
 * the folder, and in the engine under names that begin with the project's.
 * @param {{coog: string[], root: string, runner: object}} options root: an empty folder of its own
 */
export function createProject({ coog, root, runner }) {
  // The project is named after its folder.
  const name = `coogbench-${randomBytes(4).toString('hex')}`;
  const folder = join(root, name);
  const backups = join(root, 'backups');
  const client = `${name}-client`;
  const facts = {};
  const docker = (...args) => runner.run(['docker', ...args]);
  const psql = ['psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-U', USER];
  const project = {
    name,
    backups,
    /** What holds files that coog might make besides. */
    temporary: join(root, 'tmp'),
    /** A container beside the server that sees the backups: pg_restore without the cost of making one. */
    client,
    server: () => ({ ...facts, port: 5432, user: USER }),
    coog: (...args) => runner.run([...coog, ...args], { cwd: folder }),
    run: runner.run,
    /** Runs SQL. @returns {Promise<string>} what it answered */
    async sql(database, input) {
      const { stdout } = await runner.run(['docker', 'exec', '-i', facts.container, ...psql, '-d', database], {
        input,
      });
      return stdout.trim();
    },

    async start() {
      for (const path of [folder, backups, project.temporary]) mkdirSync(path, { recursive: true });
      await project.coog('init', '.', '--yes', '--demo');
      // No container of Coog is started, so there is nothing for a proxy, which perhaps could not be pulled.
      await project.coog('config:set', 'DEMO_PUBLISH_DIRECTLY=true', `CUSTOM_POSTGRES_USER=${USER}`);
      const disabled = shippedFragments().filter((fragment) => !KEPT.includes(fragment));
      writeFileSync(join(folder, 'disabled_services'), `${disabled.join('\n')}\n`);
      await project.coog('up', '-d');
      facts.password = (await project.coog('config:get', 'POSTGRES_PASSWORD', '--reveal')).stdout.trim();
      facts.database = (await project.coog('config:get', 'COOG_MAIN_DATABASE')).stdout.trim();
      const label = (key, value) => ['--filter', `label=com.docker.compose.${key}=${value}`];
      facts.container = (
        await docker('ps', '-q', ...label('project', name), ...label('service', 'postgres'))
      ).stdout.trim();
      const format = '{{.Image}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
      const { stdout } = await docker('inspect', '--format', format, facts.container);
      [facts.image, facts.host] = stdout.trim().split(' ');
      await startClient();
      // What it does by itself after a restore would fall into the next measurement, whose ever that is.
      await project.sql('postgres', 'ALTER SYSTEM SET autovacuum = off;\nSELECT pg_reload_conf();');
    },

    /** Lets nobody pay for what another has written. */
    async settle() {
      await project.sql('postgres', 'CHECKPOINT');
      await runner.run(['sync']);
    },

    /** Removes everything, whatever state it is in. Never rejects. */
    async remove() {
      const ids = async (...args) =>
        (await capture('docker', [...args, '--filter', `name=${name}`])).stdout.split('\n');
      const containers = (await ids('ps', '-aq')).filter(Boolean);
      if (containers.length > 0) await capture('docker', ['rm', '--force', '--volumes', ...containers]);
      const networks = (await ids('network', 'ls', '-q')).filter(Boolean);
      if (networks.length > 0) await capture('docker', ['network', 'rm', ...networks]);
      if (!isRoot() && facts.image && existsSync(root)) await emptyAsRoot(root, facts.image);
      rmSync(root, { recursive: true, force: true });
    },
  };

  async function startClient() {
    const place = ['--name', client, '--network', `container:${facts.container}`, '--volume', `${backups}:/bench:ro`];
    // By its name alone: the value comes from the environment of the docker command.
    const set = ['-e', 'PGPASSWORD', '-e', 'PGHOST=127.0.0.1', '-e', `PGUSER=${USER}`];
    const sleeping = ['--user=0', '--entrypoint=sleep', facts.image, 'infinity'];
    await runner.run(['docker', 'run', '--detach', '--init', ...place, ...set, ...sleeping], {
      env: { PGPASSWORD: facts.password },
    });
  }
  return project;
}

/** As disabled_services names them. */
function shippedFragments() {
  const plugins = join(ROOT, 'plugins');
  const folders = [ROOT, ...readdirSync(plugins).map((plugin) => join(plugins, plugin))];
  return folders
    .map((folder) => join(folder, 'compose'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }))
    .filter((path) => path.endsWith('.yml'))
    .map((path) => path.replace(/\.yml$/, ''));
}

/** The server's files belong to a user of the container. */
const emptyAsRoot = (folder, image) =>
  capture(
    'docker',
    ['run', '--rm', '--user=0', '--volume', `${folder}:/bench`, '--entrypoint=find', image].concat([
      '/bench',
      '-mindepth',
      '1',
      '-delete',
    ]),
  );
