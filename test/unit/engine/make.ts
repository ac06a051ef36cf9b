import type { ComposeModel, Container, ServiceModel } from '../../../src/engine/index.ts';

/** A running container of project `demo`, with what a test says otherwise. */
export const container = (more: Partial<Container> = {}): Container => ({
  id: 'id-1',
  name: 'demo-back-1',
  project: 'demo',
  service: 'back',
  state: 'running',
  health: undefined,
  failingStreak: 0,
  lastProbe: '',
  exitCode: 0,
  error: '',
  outOfMemory: false,
  oneOff: false,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: undefined,
  restartCount: 0,
  restart: 'always',
  maximumRestarts: 0,
  pid: 0,
  image: 'image:1',
  imageId: 'sha256:1',
  ports: [],
  log: { driver: 'local', options: {}, path: '' },
  folder: '/srv/demo',
  configFiles: '/srv/demo/coog.generated.yml',
  configHash: '',
  ...more,
});

export const service = (more: Partial<ServiceModel> = {}): ServiceModel => ({
  image: 'image:1',
  ports: [],
  binds: [],
  restart: 'always',
  dependsOn: {},
  networks: [],
  ...more,
});

export const model = (
  services: Record<string, Partial<ServiceModel>>,
  networks: ComposeModel['networks'] = {},
): ComposeModel => ({
  name: 'demo',
  services: Object.fromEntries(Object.entries(services).map(([name, more]) => [name, service(more)])),
  networks,
});
