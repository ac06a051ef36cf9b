const NAME = 'bench';
const DATABASE = 'reference';

/** `coog db:snapshot:create`, and the copy that PostgreSQL makes. */
export function snapshots(project) {
  const { container, user, database } = project.server();
  return {
    async coog() {
      const ran = await project.coog('db:snapshot:create', NAME);
      await project.coog('db:snapshot:drop', NAME, '--yes');
      return ran;
    },

    async reference() {
      const copy = `CREATE DATABASE ${DATABASE} TEMPLATE ${database} STRATEGY file_copy`;
      const ran = await project.run(['docker', 'exec', container, 'psql', '-U', user, '-d', 'postgres', '-c', copy]);
      await project.sql('postgres', `DROP DATABASE ${DATABASE}`);
      return ran;
    },
  };
}
