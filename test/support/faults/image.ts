import { join } from 'node:path';
import { execa } from 'execa';
import { docker, REPOSITORY } from '../e2e/machine.ts';
import { IMAGE_NAME, IMAGE_VERSION } from './services.ts';

/** Builds the stand-in of PostgreSQL where no demo has done it yet. */
export async function givenImage(): Promise<void> {
  const image = `${IMAGE_NAME}:${IMAGE_VERSION}`;
  if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode === 0) return;
  await docker('build', '--tag', image, join(REPOSITORY, 'plugins/demo/images/postgres'));
}
