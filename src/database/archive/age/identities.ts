import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../../shared/problem.ts';
import { shellPath } from '../names.ts';

/**
 * The secret keys in identity files of age: lines `AGE-SECRET-KEY-…`, comments begin with `#`.
 * @throws ProblemError IDENTITY_UNUSABLE; never shows a line of the file
 */
export async function readIdentities(files: readonly string[]): Promise<string[]> {
  return (await Promise.all(files.map(readOne))).flat();
}

async function readOne(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(file, `the identity file cannot be read (${error.code})`, error);
  });
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.some((key) => key.startsWith('age-encryption.org/') || key.startsWith('-----BEGIN AGE')))
    throw unusable(file, 'the identity file is itself encrypted', undefined, `age -d -o KEY_FILE ${shellPath(file)}`);
  if (keys.length === 0 || keys.some((key) => !/^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(key)))
    throw unusable(file, 'the file holds something that is no secret key of age (AGE-SECRET-KEY-…)');
  await checkKeys(file, keys);
  return keys;
}

async function checkKeys(file: string, keys: readonly string[]): Promise<void> {
  const { Decrypter } = await import('age-encryption');
  try {
    for (const key of keys) new Decrypter().addIdentity(key);
  } catch {
    // Without its cause: the library may quote the key.
    throw unusable(file, 'a secret key in the file is not complete');
  }
}

function unusable(file: string, title: string, cause?: unknown, next = `ls -l ${shellPath(file)}`): ProblemError {
  return new ProblemError({ code: 'IDENTITY_UNUSABLE', title, place: { file }, next }, { cause });
}

const lockedDetail = {
  'no-key': 'No identity file was given.',
  'other-key': 'None of the given keys is one that it was encrypted to.',
  passphrase: 'It was encrypted with a passphrase, which coog does not ask for.',
};

/** The content cannot be decrypted with what was given. */
export const locked = (path: string, why: keyof typeof lockedDetail): ProblemError =>
  new ProblemError({
    code: 'BACKUP_ENCRYPTED',
    title: 'the backup is encrypted with age and cannot be opened',
    detail: lockedDetail[why],
    place: { file: path },
    next:
      why === 'passphrase'
        ? `age -d -o DECRYPTED ${shellPath(path)}`
        : 'Give the identity file of a key that it was encrypted to.',
  });
