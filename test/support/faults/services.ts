import type { Service } from '../e2e/light.ts';

export const IMAGE_NAME = 'coog-demo/postgres';
export const IMAGE_VERSION = '17';
const IMAGE = `${IMAGE_NAME}:${IMAGE_VERSION}`;

const connection = {
  PGHOST: '${POSTGRES_HOST}',
  PGPORT: '${POSTGRES_PORT}',
  PGUSER: '${POSTGRES_USER}',
  PGPASSWORD: '${POSTGRES_PASSWORD}',
};

/**
 * Stands in for the back office: it has the database's connection string, so that coog stops it for a swap, and it is
 * healthy only on a database without a table `poison`.
 */
const back: Service = {
  image: IMAGE,
  init: true,
  command: ['sleep', 'infinity'],
  restart: 'always',
  networks: ['backend'],
  environment: { ...connection, PGDATABASE: 'coog', TRYTOND_DATABASE__URI: '${POSTGRESQL_CONNECTION_STRING}' },
  healthcheck: {
    test: ['CMD-SHELL', `test "$$(psql -Atqc "SELECT to_regclass('public.poison') IS NULL")" = t`],
    interval: '1s',
    timeout: '5s',
    retries: 3,
    start_period: '1s',
  },
};

/** Stands in for what has Tryton's admin command. Files beside the script say how it behaves. */
const init: Service = {
  image: IMAGE,
  restart: 'no',
  entrypoint: ['/bin/sh', '/fake/ep'],
  command: ['admin', '-d', 'coog', '-u', 'ir'],
  networks: ['backend'],
  environment: connection,
  volumes: ['./fake:/fake:ro'],
};

export const services = { back, init } as const;

/** Takes `admin -d NAME ARGS…` as trytond-admin does; the file `wait` holds it until it is gone, `fail` makes it fail. */
export const ADMIN = `set -eu
export PGDATABASE="$3"
shift 3
while [ -e /fake/wait ]; do sleep 0.1; done
psql -qX -v ON_ERROR_STOP=1 -c "CREATE TABLE IF NOT EXISTS updated (at timestamptz DEFAULT now(), what text)"
psql -qX -v ON_ERROR_STOP=1 -v what="$*" -f - <<'SQL'
INSERT INTO updated (what) VALUES (:'what');
SQL
if [ -e /fake/fail ]; then echo "the module claim cannot be updated" >&2; exit 3; fi
`;
