import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  armor,
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateIdentity,
  identityToRecipient,
} from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { createArchive, openArchive, readManifest, recognise } from '../../../../src/database/archive/index.ts';
import { folderWith } from '../../../support/folder.ts';
import { bytesOf, codeOf, customDump, facts, gzipped, noise, sourceOf } from './fixtures.ts';

const PIECE = 64 * 1024;

interface Keys {
  readonly folder: string;
  readonly identity: string;
  readonly recipient: string;
  readonly file: string;
}

async function keys(make = generateIdentity): Promise<Keys> {
  const identity = await make();
  const folder = await folderWith({ 'key.txt': `# created: today\n# public key\n${identity}\n` });
  return { folder, identity, recipient: await identityToRecipient(identity), file: join(folder, 'key.txt') };
}

async function encrypted({ folder, recipient }: Keys, content: Buffer): Promise<string> {
  const path = join(folder, `${content.length}.dump`);
  const writer = await createArchive({ path, encryptTo: [recipient] });
  await writer.write(sourceOf(content, 10_000));
  await writer.commit(facts);
  return path;
}

/** Contents of all lengths around the borders of age's pieces; they begin as a dump does. */
const sizes = [5, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17];
const content = (size: number): Buffer => customDump(size).subarray(0, size);

describe('an encrypted backup', () => {
  it.each(sizes)('of %d bytes is what the age library decrypts, and what coog does', async (size) => {
    const key = await keys();
    const path = await encrypted(key, content(size));
    const decrypter = new Decrypter();
    decrypter.addIdentity(key.identity);
    const plain = await decrypter.decrypt(new Uint8Array(await readFile(path)));
    expect(content(size).equals(plain)).toBe(true);
    const { kind, wrapping, direct, stream } = await openArchive(path, { identities: [key.file] });
    expect({ kind, wrapping, direct }).toEqual({ kind: 'custom', wrapping: ['age'], direct: undefined });
    expect((await bytesOf(stream())).equals(content(size))).toBe(true);
  });

  it.each(sizes)('that the age library made of %d bytes is decrypted', async (size) => {
    const key = await keys();
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.recipient);
    const path = join(key.folder, 'theirs');
    await writeFile(path, await encrypter.encrypt(new Uint8Array(content(size))));
    const { stream } = await openArchive(path, { identities: [key.file] });
    expect((await bytesOf(stream())).equals(content(size))).toBe(true);
  });

  it('can be for several keys, also post-quantum ones, and opens with each', async () => {
    const [one, two] = [await keys(generateHybridIdentity), await keys(generateHybridIdentity)];
    const path = join(one.folder, 'a.dump');
    const writer = await createArchive({ path, encryptTo: [one.recipient, two.recipient] });
    await writer.write(sourceOf(content(PIECE)));
    await writer.commit();
    for (const { file } of [one, two])
      expect((await bytesOf((await openArchive(path, { identities: [file] })).stream())).equals(content(PIECE))).toBe(
        true,
      );
  });

  it('has the digests of what lies on the disk, and says that it is encrypted', async () => {
    const key = await keys();
    const path = await encrypted(key, content(PIECE));
    expect(await readManifest(path)).toMatchObject({ encrypted: true, size: (await readFile(path)).length });
    expect((await readFile(path)).includes('PGDMP')).toBe(false);
  });

  it('is another each time', async () => {
    const key = await keys();
    const [a, b] = [await encrypted(key, content(100)), await encrypted(key, content(101))];
    const [one, two] = [await readFile(a), await readFile(b)];
    expect(one.subarray(-50).equals(two.subarray(-50))).toBe(false);
    expect(one.subarray(0, 200).equals(two.subarray(0, 200))).toBe(false);
  });

  it('may hold a compressed one', async () => {
    const key = await keys();
    const path = await encrypted(key, gzipped(content(100_000)));
    const { wrapping, stream } = await openArchive(path, { identities: [key.file] });
    expect(wrapping).toEqual(['age', 'gzip']);
    expect((await bytesOf(stream())).equals(content(100_000))).toBe(true);
  });
});

describe('without the right key', () => {
  it('it is recognised as encrypted, and not opened', async () => {
    const path = await encrypted(await keys(), content(100));
    expect(await recognise(path)).toMatchObject({ kind: 'encrypted', wrapping: ['age'] });
    expect(await codeOf(openArchive(path))).toBe('BACKUP_ENCRYPTED');
  });

  it('another key does not open it', async () => {
    const path = await encrypted(await keys(), content(100));
    const other = await keys();
    expect(await codeOf(openArchive(path, { identities: [other.file] }))).toBe('BACKUP_ENCRYPTED');
  });

  it('a passphrase is told as such', async () => {
    const key = await keys();
    const encrypter = new Encrypter();
    encrypter.setScryptWorkFactor(1);
    encrypter.setPassphrase('secret');
    const path = join(key.folder, 'a');
    await writeFile(path, await encrypter.encrypt('PGDMP'));
    const error = await openArchive(path, { identities: [key.file] }).catch((e: unknown) => e);
    expect(error).toMatchObject({ problems: [{ code: 'BACKUP_ENCRYPTED', next: expect.stringContaining('age -d') }] });
  });

  it('an armoured file is told as such', async () => {
    const key = await keys();
    const path = join(key.folder, 'a');
    await writeFile(path, armor.encode(new Uint8Array(await readFile(await encrypted(key, content(100))))));
    expect(await codeOf(recognise(path, [key.file]))).toBe('BACKUP_NOT_RECOGNISED');
  });
});

describe('a key file', () => {
  const good = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['only comments', '# nothing\n'],
    ['a recipient', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
    ['an SSH key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a key that is cut off', good.slice(0, -3)],
    ['an encrypted key file', 'age-encryption.org/v1\n-> scrypt x 18\n'],
  ])('that is unusable (%s) is told without showing a line of it', async (_, text) => {
    const key = await keys();
    const path = await encrypted(key, content(100));
    const file = join(key.folder, 'other.txt');
    if (text !== undefined) await writeFile(file, text);
    const error = await openArchive(path, { identities: [file] }).catch((e: unknown) => e);
    expect(error).toMatchObject({ exitCode: 2, problems: [{ code: 'IDENTITY_UNUSABLE', place: { file } }] });
    const told = JSON.stringify([error, (error as Error).message, (error as Error).cause]);
    if (text) expect(told).not.toContain(text.slice(0, 30));
  });

  it('given as a recipient is refused and not shown', async () => {
    const { folder, identity } = await keys();
    const error = await createArchive({ path: join(folder, 'a'), encryptTo: [identity] }).catch((e: unknown) => e);
    expect(error).toMatchObject({ exitCode: 2, problems: [{ code: 'RECIPIENT_INVALID' }] });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(identity.slice(5));
  });

  it.each(['age1xyz', 'ssh-ed25519 AAAA', '', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q'])(
    'that is no recipient (%j) is refused before anything is made',
    async (recipient) => {
      const { folder } = await keys();
      const path = join(folder, 'a.dump');
      expect(await codeOf(createArchive({ path, encryptTo: [recipient] }))).toBe('RECIPIENT_INVALID');
    },
  );
});

describe('no byte comes out that was not authenticated', () => {
  const size = 3 * PIECE + 100;

  it('two pieces exchanged, one left out, one repeated, something added', async () => {
    const key = await keys();
    const path = await encrypted(key, content(size));
    const bytes = await readFile(path);
    const header = bytes.indexOf('\n', bytes.indexOf('\n--- ') + 1) + 1 + 16;
    const [a, b, rest] = [
      bytes.subarray(header, header + PIECE + 16),
      bytes.subarray(header + PIECE + 16, header + 2 * (PIECE + 16)),
      bytes.subarray(header + 2 * (PIECE + 16)),
    ];
    const start = bytes.subarray(0, header);
    for (const pieces of [[b, a, rest], [a, rest], [a, a, b, rest], [a, b, rest, noise(20)], [a, b], []]) {
      const file = join(key.folder, 'changed');
      await writeFile(file, Buffer.concat([start, ...pieces]));
      const read = openArchive(file, { identities: [key.file] }).then(({ stream }) => bytesOf(stream()));
      expect(await codeOf(read)).toBe('BACKUP_DAMAGED');
    }
  });
});
