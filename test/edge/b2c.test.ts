import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_DEADLINE, sql } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { type Edge, sharedEdge } from '../support/edge/world.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await sharedEdge();
}, DEMO_DEADLINE);

/** When the container of a service began and ended, and how, as Docker has it. */
async function lifeOf(service: string) {
  const { id } = await edge.project.container(service);
  const text = await docker('inspect', '--format', '{{json .State}}', id);
  return JSON.parse(text) as { StartedAt: string; FinishedAt: string; ExitCode: number; Status: string };
}

describe('the order of the start', () => {
  test.each([
    ['b2c-database-init', 'b2c-back-init'],
    ['b2c-back-init', 'b2c-back'],
    ['b2c-front-init', 'b2c-front'],
  ])('%s is done before %s begins', async (first, second) => {
    const [before, after] = [await lifeOf(first), await lifeOf(second)];
    expect(before).toMatchObject({ Status: 'exited', ExitCode: 0 });
    expect(Date.parse(before.FinishedAt)).toBeLessThanOrEqual(Date.parse(after.StartedAt));
  });

  test('the site is built when the content server answers', async () => {
    expect(Date.parse((await lifeOf('b2c-back')).StartedAt)).toBeLessThan(
      Date.parse((await lifeOf('b2c-front-init')).StartedAt),
    );
  });
});

test.each([
  ['b2c-back', 'B2C_BACKEND_SUB_ROUTE', '/workdir/build', 'b2c-back-init', 'yarn build --no-optimization'],
  ['b2c-front', 'B2C_FRONT_PATH_PREFIX', '/workdir/public', 'b2c-front-init', 'yarn build --prefix-paths'],
])(
  '%s serves what its build has left in the volume that they share',
  async (service, route, folder, builder, command) => {
    const { id } = await edge.project.container(builder);
    const echo = await edge.echo({ scheme: 'http', path: `${await edge.project.value(route)}/` });
    expect(echo.service).toBe(service);
    expect(echo.builds).toEqual({ [folder]: `${id.slice(0, 12)} ${command}` });
  },
);

test('the content server has a database of its own, made before it starts', async () => {
  const databases = await sql(edge.project, 'postgres', 'SELECT datname FROM pg_database WHERE NOT datistemplate');
  expect(databases).toContain('strapi');
  const { environment } = await edge.project.container('b2c-back');
  expect(environment).toMatchObject({
    DATABASE_CLIENT: 'postgres',
    DATABASE_NAME: 'strapi',
    DATABASE_HOST: 'postgres',
    DATABASE_USERNAME: 'coog',
    DATABASE_PASSWORD: await edge.project.value('POSTGRES_PASSWORD'),
  });
});
