/** What runs a plan: a Docker Engine and the Compose that talks to it, both found usable by `detectEngine`. */
export interface Engine extends DockerAccess {
  readonly compose: ComposeTool;
  readonly docker: DockerInfo;
}

/** What every call of the `docker` command needs. */
export interface DockerAccess {
  /** The controlled environment, from `engineEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends every call that is under way. */
  readonly signal?: AbortSignal;
}

export interface ComposeTool {
  /** Program and leading arguments: `['docker', 'compose']`, `['docker-compose']` or a path. */
  readonly command: readonly string[];
  readonly major: 1 | 2;
  readonly version: string;
}

export interface DockerInfo {
  /** The engine's (server's) version. */
  readonly version: string;
  /** The API version that client and engine agreed on. */
  readonly apiVersion: string;
  readonly clientVersion: string;
  /** False when the engine is on another machine: this machine's ports, routes and folders then say nothing about it. */
  readonly local: boolean;
}
