import { readFile } from 'node:fs/promises';
import { ProblemError } from '../shared/problem.ts';

/** @throws ProblemError CERT_MISSING, FILE_UNREADABLE */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProblemError({
      code: isMissing ? 'CERT_MISSING' : 'FILE_UNREADABLE',
      title: isMissing ? `${path} is not there` : `${path} cannot be read: ${(error as Error).message}`,
      place: { file: path },
      next: 'coog certs:create, or coog certs:install CERTIFICATE KEY',
    });
  }
}
