/**
 * Where the fragments and declarations differ from the facts on purpose, each with its reason: the number of a fault of the
 * scripts, or why no fault is behind it. Anything else that differs fails the tests.
 */

interface Deviation {
  readonly why: string;
  readonly value: unknown;
}

/** By service, then attribute (`environment.NAME` for one value); `undefined`: the attribute is not there. */
export const serviceDeviations: Readonly<Record<string, Readonly<Record<string, Deviation>>>> = {
  'b2c-back-init': {
    networks: { why: 'fault 9: it is on no network that reaches PostgreSQL', value: ['backend'] },
    waits: {
      why: 'fault 15: nobody creates its database',
      value: { 'b2c-database-init': 'service_completed_successfully' },
    },
  },
  gateway: {
    'environment.COOG_API_B2C_URL': {
      why: 'the variable is declared by plugins/b2c, without which the gateway receives the same value',
      value: '${API_B2C_INTERNAL_URL:-http://api-b2c:3000}',
    },
  },
  init: {
    waits: {
      why: 'faults 14, 15: databases and extensions exist before the schema is made',
      value: { 'postgres-init': 'service_completed_successfully' },
    },
  },
  mongo: {
    image: {
      why: 'issue 2: every image can be set, on a supported major',
      value: '${IMAGE_NAME_MONGO}:${IMAGE_VERSION_MONGO}',
    },
  },
  postgres: {
    image: {
      why: 'issue 2: every image can be set, on a supported major',
      value: '${IMAGE_NAME_POSTGRES}:${IMAGE_VERSION_POSTGRES}',
    },
  },
  rabbitmq: {
    image: { why: 'fault 13: the image floats', value: '${IMAGE_NAME_RABBITMQ}:${IMAGE_VERSION_RABBITMQ}' },
    'environment.RABBITMQ_DEFAULT_USER': {
      why: 'fault 16: the broker must know the user that is set',
      value: '${RABBITMQ_USER}',
    },
    'environment.RABBITMQ_DEFAULT_PASS': {
      why: 'fault 16: the broker must know the password that is set',
      value: '${RABBITMQ_PASSWORD}',
    },
  },
  redis: {
    image: {
      why: 'issue 2: every image can be set, on a supported major',
      value: '${IMAGE_NAME_REDIS}:${IMAGE_VERSION_REDIS}',
    },
  },
  'reverse-proxy': {
    image: {
      why: 'issue 2: every image can be set, on a supported major',
      value: '${IMAGE_NAME_TRAEFIK}:${IMAGE_VERSION_TRAEFIK}',
    },
    ports: {
      why: 'fault 16: the management port is open to everybody',
      value: [
        '${TRAEFIK_HTTP_PORT}:80',
        '${TRAEFIK_HTTPS_PORT}:443',
        '${TRAEFIK_MANAGMENT_ADDRESS}:${TRAEFIK_MANAGMENT_PORT}:8080',
      ],
    },
    volumes: {
      why: 'where a host lacks /etc/localtime or /etc/timezone, Docker makes a folder of that name; issue 5: the Docker socket is not handed to the proxy without need',
      value: [
        '${TRAEFIK_DOCKER_MOUNT}',
        '${TRAEFIK_CERTS_PATH}:/etc/certs:rw',
        '${TRAEFIK_TOML_PATH}:/etc/traefik/traefik.toml:ro',
        '${TRAEFIK_CONFIG_TOML_PATH}:/etc/traefik/traefik.config.toml:ro',
        '${TRAEFIK_ACME_PATH}:/acme.json:rw',
      ],
    },
    waits: { why: 'issue 5: it reads through the filter', value: { 'docker-filter': 'service_healthy' } },
    'environment.TZ': { why: 'instead of those two mounts', value: '${COOG_TIMEZONE}' },
  },
  sftp: {
    image: { why: 'issue 2: every image can be set', value: '${IMAGE_NAME_SFTP}:${IMAGE_VERSION_SFTP}' },
    command: { why: 'a password in an argument list can be read by everybody on the machine', value: undefined },
    'environment.SFTP_USERS': { why: 'instead of the command', value: '${SFTP_USER}:${SFTP_PASSWORD}:1003:1003' },
  },
};

const settable = 'fault 3: the ports cannot be set';
const encoded = 'fault 2: passwords stand in URIs without URL-encoding';
const either = 'either of the pair must be set; each stands in for the other (alternative)';

/** By variable, then property of its fact. */
export const variableDeviations: Readonly<Record<string, Readonly<Record<string, Deviation>>>> = {
  TRAEFIK_HTTP_PORT: { set_by: { why: settable, value: ['CUSTOM_TRAEFIK_HTTP_PORT', 'TRAEFIK_HTTP_PORT'] } },
  TRAEFIK_HTTPS_PORT: { set_by: { why: settable, value: ['CUSTOM_TRAEFIK_HTTPS_PORT', 'TRAEFIK_HTTPS_PORT'] } },
  TRAEFIK_MANAGMENT_PORT: {
    set_by: { why: settable, value: ['CUSTOM_TRAEFIK_MANAGMENT_PORT', 'TRAEFIK_MANAGMENT_PORT'] },
  },
  BASE_URL: {
    default: {
      why: 'fault 3: with a port of its own the address needs it',
      value: '${MAIN_URL_SCHEME}://${PROJECT_HOSTNAME@host}${BASE_URL_PORT}',
    },
  },
  COOG_DATABASES: {
    default: {
      why: 'fault 11: a trailing comma',
      value: '${COOG_MAIN_DATABASE}${COOG_EXTRA_DATABASES:+,}${COOG_EXTRA_DATABASES}',
    },
  },
  POSTGRESQL_CONNECTION_STRING: {
    default: {
      why: encoded,
      value:
        'postgresql://${POSTGRES_USER@uri}:${POSTGRES_PASSWORD@uri}@${POSTGRES_HOST@host}:${POSTGRES_PORT}/${COOG_MAIN_DATABASE@uri}',
    },
  },
  RABBITMQ_URI: {
    default: {
      why: encoded,
      value: 'amqp://${RABBITMQ_USER@uri}:${RABBITMQ_PASSWORD@uri}@${RABBITMQ_HOST@host}:${RABBITMQ_PORT}',
    },
  },
  MONGODB_URI: {
    default: {
      why: 'fault 2: it ignores the user and password that are set',
      value:
        'mongodb://${MONGO_USER@uri}:${MONGO_PASSWORD@uri}@${MONGO_HOST@host}:${MONGO_PORT}/coog-services?authSource=admin',
    },
  },
  IMAGE_VERSION_DEFAULT: {
    default: { why: either, value: '${IMAGE_VERSION_COOG}' },
    required: { why: either, value: true },
  },
  IMAGE_VERSION_COOG: { required: { why: either, value: true } },
};
