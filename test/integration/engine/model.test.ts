import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeModel } from '../../../src/engine/index.ts';
import { COMPOSES, createProject, engineWith, IMAGE, type TestProject } from './setup.ts';

let project: TestProject;
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project.remove());

const STACK = `
services:
  a:
    image: ${IMAGE}
    user: "1003:1003"
    restart: always
    ports: ["127.0.0.1:18080:80", "18081-18082:8001-8002", "53:53/udp", "9000", "[::1]:18090:90", {target: 90, published: 9090, mode: host}]
    volumes: ["./data:/data:ro", "./f.conf:/etc/f.conf", "named:/n", {type: bind, source: "./with:colon", target: /c, read_only: true}]
    healthcheck: {test: ["CMD", "true"], interval: 1s, timeout: 1m30s, retries: 3, start_period: 2s}
    depends_on: {c: {condition: service_completed_successfully}, d: {condition: service_started}}
    networks: {backend: {aliases: [zz]}, default: {}}
  b: {image: "${IMAGE}", profiles: [extra]}
  c: {build: {context: ., dockerfile: D2}, restart: "on-failure:3", network_mode: host}
  d: {image: "${IMAGE}", networks: [ext], volumes: ["./pri$$ce:/d"], healthcheck: {disable: true}, restart: "no"}
networks:
  backend: {ipam: {config: [{subnet: 10.213.1.0/24}]}}
  ext: {external: true, name: coogtest-outer}
  unused: {name: never}
volumes: {named: {}}
`;

test('all versions of Compose give the same model', async () => {
  await project.write(STACK);
  const models = await Promise.all(
    COMPOSES.map(async (name) => composeModel(await engineWith(name, project.folder), project.folder)),
  );
  const [first] = models;
  for (const model of models)
    expect(model).toEqual({ ...first, services: { ...first?.services, c: model.services.c } });
  // Compose 2 writes the default Dockerfile out; that is all that differs.
  for (const model of models) expect(model.services.c?.build).toEqual({ context: project.folder, dockerfile: 'D2' });
  expect(Object.keys(first?.services ?? {})).toEqual(['a', 'c', 'd']);
  expect(first?.services.d?.binds[0]?.source).toBe(join(project.folder, 'pri$ce'));
  expect(first?.networks).toEqual({
    backend: { name: `${project.name}_backend`, subnets: ['10.213.1.0/24'], external: false },
    default: { name: `${project.name}_default`, subnets: [], external: false },
    ext: { name: 'coogtest-outer', subnets: [], external: true },
  });
});

test.each(COMPOSES)('Compose %s reads several files and active profiles from .env', async (name) => {
  await mkdir(join(project.folder, 'custom'));
  await writeFile(join(project.folder, 'custom/override.yml'), 'services: {b: {restart: always, user: "7:8"}}\n');
  await writeFile(
    join(project.folder, '.env'),
    `COMPOSE_PROJECT_NAME='${project.name}'\nCOMPOSE_FILE=stack.yml:custom/override.yml\nCOMPOSE_PROFILES=extra,other\n`,
  );
  await project.write(STACK);
  const model = await composeModel(await engineWith(name, project.folder), project.folder);
  expect(model.name).toBe(project.name);
  expect(model.services.b).toMatchObject({ restart: 'always', user: '7:8' });
});

test.each(COMPOSES)('Compose %s refuses a file: its own words are told', async (name) => {
  await project.write('services: {a: {image: x, nope: 1}}');
  const engine = await engineWith(name, project.folder);
  await expect(composeModel(engine, project.folder)).rejects.toMatchObject({
    exitCode: 2,
    problems: [{ code: 'COMPOSE_CONFIG', detail: expect.stringContaining('nope'), place: { file: project.folder } }],
  });
});
