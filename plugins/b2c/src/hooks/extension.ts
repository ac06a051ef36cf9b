import type { Extension } from '@coog/cli';

/** Registers the customer front end and back end: their fragments, variables, env files and database. */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>=0.1.0 <1',
    fragments: 'compose',
    variables: 'variables.yml',
    defaults: 'defaults',
    databases: [
      {
        name: '${POSTGRES_B2C_DB}',
        kind: 'postgresql',
        description: 'content of the customers’ site (Strapi)',
        clients: ['b2c-back'],
        server: {
          host: '${POSTGRES_B2C_HOST}',
          port: '${POSTGRES_B2C_PORT}',
          user: '${POSTGRES_B2C_USER}',
          password: '${POSTGRES_B2C_PASSWORD}',
        },
      },
    ],
  });
}
