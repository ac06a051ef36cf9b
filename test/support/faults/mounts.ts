import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/** A folder on a file system of its own, as small as a test wants it; takes root. The caller unmounts. */
export async function mountSmall(folder: string, options: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await execa('mount', ['-t', 'tmpfs', '-o', options, 'coog-faults', folder]);
}

export const unmount = (folder: string): Promise<unknown> => execa('umount', ['--lazy', folder], { reject: false });

/** The same until the test is over. */
export async function givenSmallFolder(folder: string, options: string): Promise<string> {
  await mountSmall(folder, options);
  onTestFinished(() => unmount(folder).then(() => undefined));
  return folder;
}
