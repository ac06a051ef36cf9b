import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationContext } from '../../src/operations/index.ts';
import type { Problem } from '../../src/shared/problem.ts';
import { now } from './certificates.ts';
import { type Files, folderWith, writeFiles } from './folder.ts';
import { minimal } from './planning.ts';
import { core, fakeHook } from './plugins.ts';

/** A project without an engine, and all that its commands say. */
export interface CertificateProject {
  readonly folder: string;
  readonly context: OperationContext;
  readonly said: string[];
  readonly told: Problem[];
  readonly write: (files: Files) => Promise<void>;
  readonly path: (name: string) => string;
  readonly read: (name: string) => Promise<string>;
  /** Names and modes in the folder of the certificates. */
  readonly certificates: () => Promise<string[]>;
}

export const CERTS = 'defaults/traefik/certs';

/** `programs`: shell scripts that are all that its PATH has. */
export async function givenCertificateProject(
  env = '',
  programs: Readonly<Record<string, string>> = {},
): Promise<CertificateProject> {
  const hostname = 'PROJECT_HOSTNAME=coog.example.org\n';
  const folder = await folderWith({ 'env.custom': `${minimal}${hostname}${env}` });
  const bin = await folderWith({ 'here.txt': '', ...programs });
  for (const name of Object.keys(programs)) await chmod(join(bin, name), 0o755);
  const said: string[] = [];
  const told: Problem[] = [];
  const path = (name: string) => join(folder, name);
  return {
    folder,
    said,
    told,
    path,
    write: (files) => writeFiles(folder, files),
    read: (name) => readFile(path(name), 'utf8'),
    certificates: async () => {
      const names = await readdir(path(CERTS)).catch(() => []);
      return Promise.all(
        names
          .sort()
          .map(async (name) => `${name} ${((await stat(path(`${CERTS}/${name}`))).mode & 0o777).toString(8)}`),
      );
    },
    context: {
      request: {
        folder,
        environment: { PATH: bin, HOME: join(bin, 'home') },
        runHook: await fakeHook([]),
        cli: core,
        without: new Set(),
      },
      say: (message) => said.push(message),
      tell: (problems) => told.push(...problems),
      uid: 0,
      gid: 0,
      now: () => now,
    },
  };
}
