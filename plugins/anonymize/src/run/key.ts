import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ProblemError } from '@coog/cli/command';

/** Bytes of a key. */
const LENGTH = 32;

/** A key that nobody has seen and nobody keeps: pseudonyms cannot be undone, nor made again. */
export const randomKey = (): Buffer => randomBytes(LENGTH);

/**
 * Reads a key: 64 hexadecimal digits in a file that its owner alone can read; a file that does not exist is made. The same
 * key gives the same pseudonyms, so it is as secret as the data.
 * @throws ProblemError KEY_FILE_INVALID (exit code 2)
 */
export async function keyOfFile(path: string): Promise<{ readonly key: Buffer; readonly made: boolean }> {
  const invalid = (title: string, next: string, cause?: unknown) =>
    new ProblemError({ code: 'KEY_FILE_INVALID', title, place: { file: path }, next }, { cause });
  const made = await make(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw invalid(`the key file cannot be made (${error.code})`, 'name a file in a folder of yours', error);
  });
  if (made) return { key: made, made: true };
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw invalid(`the key file cannot be read (${error.code})`, 'correct its owner', error);
  });
  try {
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) throw invalid('others can read the key file', `chmod 600 ${path}`);
    const text = size > 1000 ? '' : (await file.readFile('utf8')).trim();
    if (!/^[0-9a-f]{64}$/i.test(text))
      throw invalid('a key is 64 hexadecimal digits', `openssl rand -hex ${LENGTH} > FILE`);
    return { key: Buffer.from(text, 'hex'), made: false };
  } finally {
    await file.close();
  }
}

async function make(path: string): Promise<Buffer> {
  const file = await open(path, 'wx', 0o600);
  try {
    const key = randomKey();
    await file.writeFile(`${key.toString('hex')}\n`);
    await file.sync();
    return key;
  } finally {
    await file.close();
  }
}
