import { dockerInspect, dockerJson, READ_TIMEOUT } from './docker.ts';
import type { DockerAccess } from './engine.ts';

/** What the engine says of the machine that it runs on: inside of a virtual machine, that one. */
export interface EngineInfo {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly storageDriver: string;
  /** Where it keeps images, volumes and logs, on its own machine. */
  readonly rootFolder: string;
  /** Its clock, in milliseconds since 1970. */
  readonly time: number;
  /** Default of containers that name none. */
  readonly logDriver: string;
  readonly operatingSystem: string;
  readonly warnings: readonly string[];
}

interface InfoDocument {
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Driver?: string;
  readonly DockerRootDir?: string;
  readonly SystemTime?: string;
  readonly LoggingDriver?: string;
  readonly OperatingSystem?: string;
  readonly Warnings?: readonly string[] | null;
}

/** @throws ProblemError */
export async function engineInfo(access: DockerAccess): Promise<EngineInfo> {
  const args = ['info', '--format', '{{json .}}'];
  const document = await dockerJson<InfoDocument>(access, args, { timeout: READ_TIMEOUT });
  return {
    cpus: document.NCPU ?? 0,
    memory: document.MemTotal ?? 0,
    storageDriver: document.Driver ?? '',
    rootFolder: document.DockerRootDir ?? '',
    time: Date.parse(document.SystemTime ?? ''),
    logDriver: document.LoggingDriver ?? '',
    operatingSystem: document.OperatingSystem ?? '',
    warnings: document.Warnings ?? [],
  };
}

export interface LocalImage {
  readonly id: string;
  readonly names: readonly string[];
}

/** Those of some images that are on the engine's machine. @throws ProblemError */
export async function localImages(access: DockerAccess, names: readonly string[]): Promise<LocalImage[]> {
  const documents = await dockerInspect<{ Id: string; RepoTags?: string[] | null }>(access, 'image', names);
  return documents.map(({ Id: id, RepoTags: tags }) => ({ id, names: tags ?? [] }));
}
