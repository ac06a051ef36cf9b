import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyOfFile, randomKey } from '../../../plugins/anonymize/src/run/key.ts';
import { folderWith } from '../../support/folder.ts';

describe('a key file', () => {
  test('is made for its owner alone, and read again', async () => {
    const path = join(await folderWith({}), 'key');
    const { key, made } = await keyOfFile(path);
    expect(made).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim()).toBe(key.toString('hex'));
    expect(await keyOfFile(path)).toEqual({ key, made: false });
  });

  test.each([
    ['too short', 'abc', 0o600],
    ['empty', '', 0o600],
    ['a text', 'a pass phrase that somebody thought of, and that is not random at all..', 0o600],
    ['readable by others', 'ab'.repeat(32), 0o644],
    ['readable by a group', 'ab'.repeat(32), 0o640],
  ])('that is %s is refused', async (_, content, mode) => {
    const path = join(await folderWith({}), 'key');
    await writeFile(path, content);
    await chmod(path, mode);
    await expect(keyOfFile(path)).rejects.toMatchObject({
      problems: [{ code: 'KEY_FILE_INVALID', place: { file: path } }],
    });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  test('in a folder that is not there is refused', async () => {
    const path = join(await folderWith({}), 'nowhere', 'key');
    await expect(keyOfFile(path)).rejects.toMatchObject({ problems: [{ code: 'KEY_FILE_INVALID' }] });
  });
});

test('random keys differ', () => {
  expect(randomKey()).toHaveLength(32);
  expect(randomKey()).not.toEqual(randomKey());
});
