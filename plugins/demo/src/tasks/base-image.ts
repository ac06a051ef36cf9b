import { fileURLToPath } from 'node:url';
import type { Task } from '@coog/cli';

const program = fileURLToPath(new URL('../../machine/base-image.mjs', import.meta.url));

/** Makes the base image present unless every stand-in is built already: pulled, or made from the machine's Debian mirror. */
const baseImage: Task = async ({ value, images, run, say }) => {
  const image = value('DEMO_BASE_IMAGE') ?? 'debian:trixie-slim';
  const isThere = (name: string) =>
    run('docker', ['image', 'inspect', '--format', '{{.Id}}', name]).then(
      () => true,
      () => false,
    );
  if (await isThere(image)) return;
  const own = [...images.values()].filter((name) => name.startsWith('coog-demo/'));
  if ((await Promise.all(own.map(isThere))).every(Boolean)) return;
  say(`The base image ${image} is not on this machine: pulling it, or making it from the Debian mirror (a minute)`);
  await run(process.execPath, [program, image], { timeout: 900_000 });
};

export default baseImage;
