import { fileURLToPath } from 'node:url';
import type { Extension } from '@coog/cli';

/** Versions of what Debian 13 packages; they are the tags of the images that are built. */
const values = {
  DEMO_IMAGES_FOLDER: fileURLToPath(new URL('../../images', import.meta.url)),
  CUSTOM_IMAGE_REGISTRY: 'coog-demo',
  IMAGE_VERSION_COOG: '7.0',
  CUSTOM_IMAGE_NAME_POSTGRES: 'coog-demo/postgres',
  IMAGE_VERSION_POSTGRES: '17',
  CUSTOM_IMAGE_NAME_RABBITMQ: 'coog-demo/rabbitmq',
  IMAGE_VERSION_RABBITMQ: '4.0',
  CUSTOM_IMAGE_NAME_REDIS: 'coog-demo/redis',
  IMAGE_VERSION_REDIS: '8.0',
  // The probes of the private images ask for paths that plain trytond does not have.
  HEALTHCHECK_COOG: 'ep probe server',
  HEALTHCHECK_BUS: 'ep probe bus',
  HEALTHCHECK_CELERY: 'ep probe celery',
  HEALTHCHECK_CELERY_INDEXES: 'ep probe celery',
  HEALTHCHECK_CRON: 'ep probe cron',
  HEALTHCHECK_RABBITMQ: 'bash -c "exec 3<>/dev/tcp/127.0.0.1/5672"',
  HEALTHCHECK_INTERVAL: '2s',
  HEALTHCHECK_INTERVAL_HEAVY: '3s',
};

/** Services of the private registry that have no open-source stand-in. */
const withoutStandIn = [
  ...['api/api_v1', 'api/api_v2', 'api/b2b-config', 'api/gateway', 'api/identity-manager', 'api/referential'],
  ...['api/api_b2c', 'b2c/back', 'b2c/back_init', 'b2c/database_init', 'b2c/front', 'b2c/front_init'],
  ...['front/app-b2c', 'front/portal', 'database/mongo'],
];

/** Registers the stand-ins; they take part while ENABLE_DEMO is on. */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>=0.1.0 <1',
    enabledBy: 'ENABLE_DEMO',
    variables: 'variables.yml',
    patches: 'patches',
    values,
    disables: [...withoutStandIn, { fragment: 'proxy/reverse-proxy', when: 'DEMO_PUBLISH_DIRECTLY' }],
    tasks: [
      { id: 'base-image', moment: 'prepare', title: 'the base image of the demo', module: 'dist/tasks/base-image.js' },
      { id: 'proxy', moment: 'prepare', title: 'the proxy of the demo', module: 'dist/tasks/proxy.js' },
    ],
  });
}
