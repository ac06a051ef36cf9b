import { resolve } from 'node:path';
import type { Plan } from '../plan/index.ts';

/** Where a project's pair is. */
export interface CertificatePlace {
  readonly hostname: string;
  /** Absolute. */
  readonly certificate: string;
  readonly key: string;
  /** Port of the host for HTTPS. */
  readonly port: number;
  /** The proxy gets its certificates itself. */
  readonly byAuthority: boolean;
}

export function certificatePlace({ folder, values }: Pick<Plan, 'folder' | 'values'>): CertificatePlace {
  const value = (name: string): string => values.get(name)?.value ?? '';
  const certificates = resolve(folder, value('TRAEFIK_CERTS_PATH'));
  return {
    hostname: value('PROJECT_HOSTNAME'),
    certificate: resolve(certificates, 'cert.pem'),
    key: resolve(certificates, 'key.pem'),
    port: Number(value('TRAEFIK_HTTPS_PORT')),
    byAuthority: value('TRAEFIK_CERTIFICATE_RESOLVER') !== '',
  };
}
