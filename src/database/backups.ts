import { scryptSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plan } from '../plan/index.ts';

const textOf = (plan: Plan, name: string): string => plan.values.get(name)?.value ?? '';

/** Where backups of a project go unless said otherwise: `backups` in the project. */
export const backupsFolder = (plan: Plan): string => join(plan.folder, 'backups');

/** Made for its owner alone: backups hold everything. */
export async function makeBackupsFolder(plan: Plan): Promise<string> {
  const folder = backupsFolder(plan);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The document store of the project: what the back office has under /workspace/io/edm. */
export const documentStore = (plan: Plan): string =>
  join(resolve(plan.folder, textOf(plan, 'COOG_DATA_VOLUME')), 'edm');

/**
 * Tells whether two passphrases are the same without telling either: a slow hash, as a weak one could else be guessed.
 * Undefined without a passphrase.
 */
export function passphraseFingerprint(plan: Plan): string | undefined {
  const passphrase = textOf(plan, 'COOG_PASSPHRASE');
  if (passphrase === '') return undefined;
  return `scrypt:${scryptSync(passphrase, 'coog passphrase fingerprint', 16, { N: 2 ** 15, maxmem: 64 * 1024 * 1024 }).toString('hex')}`;
}
