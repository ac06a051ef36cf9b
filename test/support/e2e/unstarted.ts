import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { disableShipped, testSubnet } from './light.ts';
import type { ComposeName } from './machine.ts';
import { thenItSucceeded } from './outcome.ts';
import { givenEmptyFolder, type Project } from './project.ts';

/** A demo project that has not been started; the proxy, which cannot be pulled here, is known not to be. */
export async function givenDemo(compose: ComposeName = '2.26'): Promise<Project> {
  const project = await givenEmptyFolder({ compose });
  thenItSucceeded(await project.coog('init', '.', '--yes', '--demo'));
  const settings = ['DEMO_PUBLISH_DIRECTLY=true', `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`];
  thenItSucceeded(await project.coog('config:set', ...settings));
  return project;
}

/** The same with these fragments alone. */
export async function givenDemoOf(fragments: readonly string[], compose?: ComposeName): Promise<Project> {
  const project = await givenDemo(compose);
  await disableShipped(project);
  const path = join(project.folder, 'disabled_services');
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => !fragments.includes(line));
  await writeFile(path, lines.join('\n'));
  return project;
}
