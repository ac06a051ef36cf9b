import type { Task } from '@coog/cli';

/** Milliseconds: a registry that cannot be reached answers nothing at all. */
const pullDeadline = 90_000;

/** Publishes the server directly where Traefik is neither on the machine nor to be pulled, and says so. */
const proxy: Task = async ({ images, value, run, say, setVariable }) => {
  const image = images.get('reverse-proxy');
  if (image === undefined) return;
  const isThere = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  say(`Pulling ${image}, the proxy`);
  const pulled = await run('docker', ['pull', '--quiet', image], { timeout: pullDeadline }).then(
    () => true,
    () => false,
  );
  if (pulled) return;
  await setVariable('DEMO_PUBLISH_DIRECTLY', 'true');
  say(
    `${image} cannot be pulled here: the server is published directly on port ${value('TRAEFIK_HTTP_PORT')}, without proxy and HTTPS ` +
      '(DEMO_PUBLISH_DIRECTLY=true in env.custom; coog config:unset DEMO_PUBLISH_DIRECTLY takes it back)',
  );
};

export default proxy;
