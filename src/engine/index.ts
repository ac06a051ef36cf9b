/** The one entrance to what runs a plan: the only part of coog that starts processes. */
export {
  type ComposeOptions,
  type ComposeResult,
  composeProblem,
  foregroundCompose,
  requireCompose,
  runCompose,
  streamCompose,
} from './compose.ts';
export {
  type Container,
  type ContainerHealth,
  type ContainerPort,
  type ContainerState,
  findContainers,
  listContainers,
} from './containers.ts';
export { type DetectOptions, detectEngine } from './detect.ts';
export { docker, dockerJson, dockerLines, tryDocker } from './docker.ts';
export type { ComposeTool, DockerAccess, DockerInfo, Engine } from './engine.ts';
export { engineEnvironment } from './environment.ts';
export { type EngineInfo, engineInfo, type LocalImage, localImages } from './info.ts';
export { memoryOf } from './memory.ts';
export { composeModel } from './model/load.ts';
export type {
  BindMount,
  BuildModel,
  ComposeModel,
  DependencyCondition,
  HealthcheckModel,
  NetworkModel,
  PublishedPort,
  ServiceModel,
} from './model/model.ts';
export { type NormaliseOptions, normaliseModel } from './model/normalise.ts';
export { selectServices } from './model/select.ts';
export { type DockerNetwork, listNetworks } from './preflight/docker-networks.ts';
export { checkFolders, createFolders, type FolderFacts } from './preflight/folders.ts';
export { type HostRange, readHostRanges } from './preflight/host-routes.ts';
export { parseImageName } from './preflight/image-name.ts';
export {
  type ImageModel,
  type MissingImage,
  missingImages,
  type PullOptions,
  pullImages,
  pullMissing,
} from './preflight/images.ts';
export { type PlannedFolder, planFolders } from './preflight/plan-folders.ts';
export { findListener } from './preflight/port-holder.ts';
export { checkPostgresData, type PostgresData } from './preflight/postgres-data.ts';
export { type PreflightOptions, preflight } from './preflight/preflight.ts';
export { type Endpoint, type PortState, probePort } from './preflight/probe-port.ts';
export { freeSubnet, overlaps } from './preflight/ranges.ts';
export { type RunResult, runProcess } from './run.ts';
export { type StreamOptions, type StreamResult, streamProcess } from './stream.ts';
export { runOnTerminal, type TerminalResult } from './terminal.ts';
export { runTool, type ToolOptions } from './tool.ts';
export { isAtLeast, parseVersion, type Version } from './version.ts';
export { lastLogLines } from './wait/evidence.ts';
export { expectedServices } from './wait/expected.ts';
export type { ExpectedService, ExpectedServices, ServiceProgress } from './wait/judge.ts';
export { type WaitOptions, waitForProject } from './wait/wait.ts';
