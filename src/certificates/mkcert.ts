import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment, runTool } from '../engine/index.ts';
import type { OperationContext } from '../operations/index.ts';
import type { MadePair } from './make.ts';

/** Milliseconds. */
const TIMEOUT = 30_000;

/**
 * A pair made by mkcert, whose authority the person may have installed already; undefined where mkcert is not there.
 * @throws Error with what mkcert printed
 */
export async function mkcertPair(
  hostname: string,
  { request }: OperationContext,
): Promise<(MadePair & { readonly authority: string }) | undefined> {
  const access = { env: engineEnvironment(request.environment, request.folder) };
  const authority = await runTool(access, 'mkcert', ['-CAROOT'], { timeout: TIMEOUT }).catch(() => undefined);
  if (authority === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'coog-mkcert-'));
  try {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await runTool(access, 'mkcert', ['-cert-file', certificate, '-key-file', key, hostname], { timeout: TIMEOUT });
    return {
      certificate: await readFile(certificate, 'utf8'),
      key: await readFile(key, 'utf8'),
      authority: join(authority.stdout.trim(), 'rootCA.pem'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
