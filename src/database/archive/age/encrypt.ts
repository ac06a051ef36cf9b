import { createCipheriv, randomBytes } from 'node:crypto';
import { ProblemError } from '../../../shared/problem.ts';
import type { Source } from '../pull.ts';
import { CIPHER, inPieces, NONCE, PIECE, payloadKey, pieceNonce, TAG } from './format.ts';

/** Encrypts a stream; each call makes a key of its own. */
export type Encrypt = (source: Source) => AsyncIterable<Uint8Array>;

/**
 * An age encryption to recipients (`age1…`), which every age can decrypt. Memory does not depend on the size.
 * @throws ProblemError RECIPIENT_INVALID
 */
export async function encryptor(recipients: readonly string[]): Promise<Encrypt> {
  const { Encrypter } = await import('age-encryption');
  const header = async (): Promise<{ header: Uint8Array; fileKey: Uint8Array }> => {
    const encrypter = new Encrypter();
    for (const recipient of recipients) addRecipient(encrypter, recipient);
    let fileKey = new Uint8Array();
    // A recipient of one's own is how age-encryption hands out the file's key. It adds nothing to the header.
    encrypter.addRecipient({
      wrapFileKey: (key) => {
        fileKey = Uint8Array.from(key);
        return [];
      },
    });
    const empty = await encrypter.encrypt(new Uint8Array());
    return { header: empty.subarray(0, empty.length - NONCE - TAG), fileKey };
  };
  // Here and not when the first byte comes: a recipient may have the right beginning and be no key all the same.
  await header();
  return async function* (source) {
    const { header: start, fileKey } = await header();
    const nonce = randomBytes(NONCE);
    yield start;
    yield nonce;
    yield* sealed(source, payloadKey(fileKey, nonce));
  };
}

async function* sealed(source: Source, key: Buffer): AsyncGenerator<Uint8Array> {
  let index = 0;
  for await (const { piece, last } of inPieces(source, PIECE)) {
    const cipher = createCipheriv(CIPHER, key, pieceNonce(index, last), { authTagLength: TAG });
    yield cipher.update(piece);
    cipher.final();
    yield cipher.getAuthTag();
    index += 1;
  }
}

function addRecipient(encrypter: { addRecipient(recipient: string): void }, recipient: string): void {
  try {
    encrypter.addRecipient(recipient.trim());
  } catch (error) {
    // A secret key given by mistake must not be shown.
    const shown = /^age1/i.test(recipient.trim()) ? `'${recipient}'` : 'what was given';
    throw new ProblemError(
      {
        code: 'RECIPIENT_INVALID',
        title: `${shown} is no recipient of age`,
        detail: 'A recipient begins with age1; it is the public half of a key pair.',
        next: 'age-keygen -y IDENTITY_FILE prints the recipient of a key',
      },
      { cause: error },
    );
  }
}
