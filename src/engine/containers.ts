import { dockerInspect, dockerLines, READ_TIMEOUT } from './docker.ts';
import type { DockerAccess } from './engine.ts';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type ContainerHealth = 'starting' | 'healthy' | 'unhealthy';

export interface Container {
  readonly id: string;
  readonly name: string;
  /** Empty for a container that no Compose made. */
  readonly project: string;
  readonly service: string;
  readonly state: ContainerState;
  /** Undefined when neither the service nor its image has a health check. */
  readonly health: ContainerHealth | undefined;
  /** Probes that failed in a row; the start period's do not count. */
  readonly failingStreak: number;
  /** What the last probe printed; empty when there is none. */
  readonly lastProbe: string;
  readonly exitCode: number;
  /** Why the engine could not start it; empty when it could. */
  readonly error: string;
  readonly outOfMemory: boolean;
  /** Made by `run`, not by `up`. */
  readonly oneOff: boolean;
  /** ISO 8601; undefined when it never happened. */
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly restartCount: number;
  /** `no`, `always`, `unless-stopped` or `on-failure`. */
  readonly restart: string;
  /** Restarts that `on-failure` allows; 0 for any number. */
  readonly maximumRestarts: number;
  /** Of its first process, on the engine's machine; 0 when it does not run. */
  readonly pid: number;
  readonly image: string;
  /** Id of the image that it was made from. */
  readonly imageId: string;
  readonly ports: readonly ContainerPort[];
  readonly log: ContainerLog;
  /** Folder of the project that it was made in; empty when no Compose made it. */
  readonly folder: string;
  /** Compose files that it was made of, with commas between them; as they were named, by Compose 1 relative to the folder. */
  readonly configFiles: string;
  /** What Compose's hash of its service was when it was made. */
  readonly configHash: string;
}

export interface ContainerLog {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  /** The file on the engine's machine; empty when the driver keeps none there, or says nothing of it. */
  readonly path: string;
}

export interface ContainerPort {
  readonly hostIp: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: string;
}

/** All containers of a project, stopped ones too, whichever Compose made them; sorted by service and name. */
export const listContainers = (access: DockerAccess, project: string): Promise<Container[]> =>
  findContainers(access, ['-a', '--filter', `label=com.docker.compose.project=${project}`]);

/** The containers that `docker ps ARGS` finds. Throws ProblemError. */
export async function findContainers(access: DockerAccess, args: readonly string[]): Promise<Container[]> {
  const listing = ['ps', ...args, '--no-trunc', '--format', '{{.ID}}'];
  const ids = await dockerLines(access, listing, { timeout: READ_TIMEOUT });
  const documents = await dockerInspect<ContainerDocument>(access, 'container', ids);
  const order = (a: Container, b: Container) => a.service.localeCompare(b.service) || a.name.localeCompare(b.name);
  return documents.map(readContainer).sort(order);
}

/** What is read of `docker container inspect`. */
export interface ContainerDocument {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount?: number;
  readonly Image?: string;
  readonly LogPath?: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Error?: string;
    readonly OOMKilled?: boolean;
    readonly Pid?: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly FailingStreak?: number;
      readonly Log?: readonly { readonly Output?: string }[] | null;
    };
  };
  readonly Config: { readonly Image: string; readonly Labels?: Readonly<Record<string, string>> | null };
  readonly HostConfig: {
    readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly LogConfig?: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> | null };
  };
  readonly NetworkSettings: {
    readonly Ports?: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null;
  };
}

export function readContainer(document: ContainerDocument): Container {
  const { State: state, Config: config, HostConfig: host } = document;
  const labels = config.Labels ?? {};
  const health = state.Health?.Status;
  return {
    id: document.Id,
    name: document.Name.replace(/^\//, ''),
    project: labels['com.docker.compose.project'] ?? '',
    service: labels['com.docker.compose.service'] ?? '',
    state: state.Status as ContainerState,
    health: health === undefined || health === '' || health === 'none' ? undefined : (health as ContainerHealth),
    failingStreak: state.Health?.FailingStreak ?? 0,
    lastProbe: state.Health?.Log?.at(-1)?.Output?.trim() ?? '',
    exitCode: state.ExitCode,
    error: state.Error ?? '',
    outOfMemory: state.OOMKilled ?? false,
    oneOff: labels['com.docker.compose.oneoff'] === 'True',
    startedAt: readTime(state.StartedAt),
    finishedAt: readTime(state.FinishedAt),
    restartCount: document.RestartCount ?? 0,
    restart: host.RestartPolicy?.Name || 'no',
    maximumRestarts: host.RestartPolicy?.MaximumRetryCount ?? 0,
    pid: state.Pid ?? 0,
    image: config.Image,
    imageId: document.Image ?? '',
    log: {
      driver: host.LogConfig?.Type ?? '',
      options: host.LogConfig?.Config ?? {},
      path: document.LogPath ?? '',
    },
    folder: labels['com.docker.compose.project.working_dir'] ?? '',
    configFiles: labels['com.docker.compose.project.config_files'] ?? '',
    configHash: labels['com.docker.compose.config-hash'] ?? '',
    ports: readPorts(document.NetworkSettings.Ports ?? {}),
  };
}

/** Docker writes the year 1 for what never happened. */
const readTime = (time: string): string | undefined => (time.startsWith('0001-') ? undefined : time);

function readPorts(ports: NonNullable<ContainerDocument['NetworkSettings']['Ports']>): ContainerPort[] {
  return Object.entries(ports).flatMap(([key, bindings]) => {
    const [target = '', protocol = 'tcp'] = key.split('/');
    return (bindings ?? []).map(({ HostIp: hostIp, HostPort: published }) => ({
      hostIp,
      published: Number(published),
      target: Number(target),
      protocol,
    }));
  });
}
