import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_DEADLINE } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { type Edge, sharedEdge } from '../support/edge/world.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await sharedEdge();
}, DEMO_DEADLINE);

describe('TLS', () => {
  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (version) => {
    const failure = await edge.ask({ scheme: 'https', path: '/', version }).then(
      ({ protocol }) => `answered by ${protocol}`,
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/alert protocol version|unsupported protocol/i);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    const { protocol } = await edge.ask({ scheme: 'https', path: '/', version });
    expect(protocol).toBe(version);
  });
});

describe('the proxy’s own pages', () => {
  test.each(['/dashboard/', '/api/overview', '/api/rawdata', '/debug/vars'])('%s is not open', async (path) => {
    for (const port of Object.values(edge.ports)) {
      // On the other ports the path is the back office's.
      const answer = await edge
        .ask({ scheme: 'http', path, port, hostname: port === edge.ports.http ? 'localhost' : edge.hostname })
        .catch(() => ({ status: 0, body: '' }));
      expect([0, 400, 404], `${port}: ${answer.body.slice(0, 200)}`).toContain(answer.status);
    }
  });

  test('only ping answers on the management port, to this machine', async () => {
    const { id } = await edge.project.container('reverse-proxy');
    const bound = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Ports}}', id)) as Record<
      string,
      readonly { readonly HostIp: string }[] | null
    >;
    expect(bound['8080/tcp']?.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
    const answer = await edge.ask({ scheme: 'http', path: '/ping', port: edge.ports.management });
    expect([answer.status, answer.body]).toEqual([200, 'OK']);
  });
});

describe('Docker, as the proxy sees it', () => {
  /** Asks through the very socket that the proxy has, from within its container. */
  const throughTheSocket = async (method: string, path: string): Promise<number> => {
    const { id } = await edge.project.container('reverse-proxy');
    const text = await docker('exec', id, 'python3', '-c', ASK, method, path);
    return Number(text);
  };

  test('may be read: containers, one container, the version', async () => {
    const { id } = await edge.project.container('coog');
    for (const path of ['/_ping', '/version', '/v1.41/containers/json', `/v1.41/containers/${id}/json`])
      expect(await throughTheSocket('GET', path), path).toBe(200);
  });

  test.each([
    ['POST', '/v1.41/containers/create'],
    ['POST', '/containers/ID/exec'],
    ['POST', '/containers/ID/stop'],
    ['DELETE', '/containers/ID'],
    ['PUT', '/containers/ID/archive?path=/'],
    ['GET', '/containers/ID/archive?path=/etc'],
    ['GET', '/containers/ID/logs?stdout=1'],
    ['GET', '/containers/ID/json/../archive?path=/'],
    ['GET', '/containers/ID/%2e%2e/json'],
    ['GET', '/images/json'],
    ['GET', '/secrets'],
    ['GET', '/info'],
    ['POST', '/build'],
    ['POST', '/containers/json'],
  ])('%s %s is refused', async (method, path) => {
    const { id } = await edge.project.container('coog');
    expect(await throughTheSocket(method, path.replace('ID', id))).toBe(403);
  });

  test('has no socket of its own in the proxy, and the filter has no network', async () => {
    const mounts = async (service: string): Promise<string[]> => {
      const { id } = await edge.project.container(service);
      return JSON.parse(
        await docker('inspect', '--format', '[{{range $i, $m := .Mounts}}{{if $i}},{{end}}"{{$m.Source}}"{{end}}]', id),
      ) as string[];
    };
    expect((await mounts('reverse-proxy')).filter((source) => source.endsWith('docker.sock'))).toEqual([]);
    expect((await mounts('docker-filter')).filter((source) => source.endsWith('docker.sock'))).toHaveLength(1);
    const { id, addresses } = await edge.project.container('docker-filter');
    expect(Object.values(addresses).filter(Boolean)).toEqual([]);
    expect(await docker('inspect', '--format', '{{.HostConfig.NetworkMode}}', id)).toBe('none');
  });
});

const ASK = `
import http.client, socket, sys
connection = http.client.HTTPConnection("localhost", timeout=20)
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.connect("/var/run/docker.sock")
connection.request(sys.argv[1], sys.argv[2])
print(connection.getresponse().status)
`;
