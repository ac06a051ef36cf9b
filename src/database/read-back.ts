import { type Manifest, recordVerification, verifyHash } from './archive/index.ts';
import type { DatabaseContext } from './context.ts';

/** Reads a backup that was just written, compares it with what was written, and records it. @throws ProblemError BACKUP_DAMAGED */
export async function readBack(file: string, manifest: Manifest, context: DatabaseContext): Promise<void> {
  context.progress.begin('reading it back', manifest.size);
  await verifyHash(file, manifest, { signal: context.signal, onProgress: (bytes) => context.progress.advance(bytes) });
  context.progress.end();
  await recordVerification(file, { at: context.now().toISOString(), level: 'read' });
}
