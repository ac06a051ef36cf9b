/** What `docker compose config` resolves a project to, reduced to what coog asks of it; the same from both versions. */
export interface ComposeModel {
  readonly name: string;
  readonly services: Readonly<Record<string, ServiceModel>>;
  /** Only networks that a service is on. */
  readonly networks: Readonly<Record<string, NetworkModel>>;
}

export interface ServiceModel {
  readonly image?: string;
  readonly build?: BuildModel;
  /** What is published to the host on a port that is known beforehand. */
  readonly ports: readonly PublishedPort[];
  readonly binds: readonly BindMount[];
  /** As written: `1003:1003`, `postgres`. */
  readonly user?: string;
  /** `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`. */
  readonly restart: string;
  readonly dependsOn: Readonly<Record<string, DependencyCondition>>;
  /** Absent when the file declares none (the image may) or switches it off. */
  readonly healthcheck?: HealthcheckModel;
  /** Keys of `ComposeModel.networks`; empty with a `network_mode`. */
  readonly networks: readonly string[];
}

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface BuildModel {
  readonly context: string;
  readonly dockerfile?: string;
  readonly target?: string;
}

export interface PublishedPort {
  /** Empty for all addresses. */
  readonly hostIp: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export interface BindMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface HealthcheckModel {
  readonly test: readonly string[];
  /** Milliseconds, as the next two. */
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

export interface NetworkModel {
  /** The name that Docker knows it by. */
  readonly name: string;
  /** In CIDR notation; empty when Docker chooses. */
  readonly subnets: readonly string[];
  readonly external: boolean;
}
