import { docker, dockerLines } from './machine.ts';

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly state: string;
  readonly health: string | undefined;
  readonly exitCode: number;
  readonly pid: number;
  /** By the name that it was made with. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Addresses by the name of the network. */
  readonly addresses: Readonly<Record<string, string>>;
}

interface Document {
  readonly Id: string;
  readonly Name: string;
  readonly State: { Status: string; ExitCode: number; Pid: number; Health?: { Status: string } };
  readonly Config: { Image: string; Env: readonly string[] | null; Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: { Networks: Readonly<Record<string, { IPAddress: string }>> };
}

/** What the engine itself says of a project's containers, sorted by service. */
export async function containersOf(project: string): Promise<Container[]> {
  const ids = await dockerLines('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`);
  if (ids.length === 0) return [];
  const documents = JSON.parse(await docker('inspect', ...ids)) as Document[];
  return documents.map(read).sort((a, b) => (a.service < b.service ? -1 : 1));
}

const read = ({ Id, Name, State, Config, NetworkSettings }: Document): Container => ({
  id: Id,
  name: Name.slice(1),
  service: Config.Labels['com.docker.compose.service'] ?? '',
  state: State.Status,
  health: State.Health?.Status,
  exitCode: State.ExitCode,
  pid: State.Pid,
  image: Config.Image,
  environment: Object.fromEntries(
    (Config.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ),
  addresses: Object.fromEntries(
    Object.entries(NetworkSettings.Networks).map(([name, network]) => [name, network.IPAddress]),
  ),
});

/** `service state health`, one a container: what a person would look at. */
export const summary = (containers: readonly Container[]): string[] =>
  containers.map(({ service, state, health, exitCode }) =>
    [service, state === 'exited' ? `exited ${exitCode}` : state, health].filter(Boolean).join(' '),
  );

export const ids = (containers: readonly Container[]): Record<string, string> =>
  Object.fromEntries(containers.map(({ service, id }) => [service, id]));
