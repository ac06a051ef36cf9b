import { dockerInspect, dockerLines, READ_TIMEOUT } from '../docker.ts';
import type { DockerAccess } from '../engine.ts';

export interface DockerNetwork {
  readonly name: string;
  /** Empty for a network that no Compose made. */
  readonly project: string;
  readonly subnets: readonly string[];
  /** The host's device, when it is a bridge. */
  readonly device: string;
}

interface NetworkDocument {
  readonly Id: string;
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
}

/** All networks that the engine knows. Throws ProblemError. */
export async function listNetworks(access: DockerAccess): Promise<DockerNetwork[]> {
  const listing = ['network', 'ls', '--no-trunc', '--format', '{{.ID}}'];
  const ids = await dockerLines(access, listing, { timeout: READ_TIMEOUT });
  return (await dockerInspect<NetworkDocument>(access, 'network', ids)).map(readNetwork);
}

export const readNetwork = (document: NetworkDocument): DockerNetwork => ({
  name: document.Name,
  project: document.Labels?.['com.docker.compose.project'] ?? '',
  subnets: (document.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []),
  device: document.Options?.['com.docker.network.bridge.name'] ?? `br-${document.Id.slice(0, 12)}`,
});
