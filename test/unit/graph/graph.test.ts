import { describe, expect, test } from 'vitest';
import { drawGraph, formatOfFile, graphOf, type ProjectGraph } from '../../../src/graph/index.ts';
import { goodPlan } from '../../support/planning.ts';
import { b2c } from '../../support/plugins.ts';

const graph = async (): Promise<ProjectGraph> => graphOf(await goodPlan({}, { plugins: [b2c] }));
const nasty = '<script>alert(1)</script>"\\ & end';

const small: ProjectGraph = {
  project: nasty,
  url: 'http://demo.localhost',
  services: [
    { name: 'end', group: 'back', image: nasty, networks: ['backend'], urls: [nasty], oneShot: false },
    { name: nasty, group: 'yours', image: '', networks: [], urls: [], oneShot: true },
  ],
  waits: [{ from: 'end', to: nasty, until: 'completed' }],
  routes: [{ router: 'r', service: 'end', paths: ['/"<b>'], tls: false }],
  networks: [{ key: 'backend', name: nasty, subnet: '10.0.1.0/24' }],
  proxy: 'end',
};

describe('of a real project', () => {
  test('services, with their networks, images and addresses', async () => {
    const { services, networks, proxy, project } = await graph();
    expect(project).toBe('demo');
    expect(proxy).toBe('reverse-proxy');
    expect(services.find(({ name }) => name === 'coog')).toEqual({
      ...{ name: 'coog', group: 'back', image: 'cooghub/coog:coog-2.13.2134', networks: ['backend'] },
      ...{ urls: ['http://demo.localhost/'], oneShot: false },
    });
    expect(services.find(({ name }) => name === 'postgres-init')?.oneShot).toBe(true);
    expect(networks.map(({ key, subnet }) => [key, subnet])).toEqual([
      ['backend', '10.0.1.0/24'],
      ['frontend', '10.0.2.0/24'],
    ]);
  });

  test('waits, each between services of the project', async () => {
    const { waits, services } = await graph();
    expect(waits).toContainEqual({ from: 'coog', to: 'init', until: 'completed' });
    expect(waits).toContainEqual({ from: 'celery', to: 'rabbitmq', until: 'healthy' });
    const names = new Set(services.map(({ name }) => name));
    expect(waits.filter(({ from, to }) => !names.has(from) || !names.has(to))).toEqual([]);
  });

  test('routes, one for a router and its twin for TLS', async () => {
    const { routes } = await graph();
    expect(routes).toContainEqual({ router: 'coog', service: 'coog', paths: ['/'], tls: true });
    expect(routes).toContainEqual({ router: 'static', service: 'coog', paths: ['/sao', '/doc'], tls: true });
    expect(routes.filter(({ router }) => router.endsWith('_s'))).toEqual([]);
    expect(routes.length).toBeGreaterThan(6);
  });

  test('the user’s own services, in both ways of writing', async () => {
    const files = {
      'custom/compose/mail.yml': [
        'services:',
        '  mail:',
        '    image: mail:1',
        '    depends_on: [coog]',
        '    networks: [backend]',
        '    labels: ["traefik.http.routers.mail.rule=Host(`x`) && PathPrefix(`/mail`)"]',
        '',
      ].join('\n'),
    };
    const { services, waits, routes } = graphOf(await goodPlan(files));
    expect(services.find(({ name }) => name === 'mail')).toMatchObject({ group: 'yours', image: 'mail:1' });
    expect(waits).toContainEqual({ from: 'mail', to: 'coog', until: 'started' });
    expect(routes).toContainEqual({ router: 'mail', service: 'mail', paths: ['/mail'], tls: false });
  });
});

describe('drawn', () => {
  test('as SVG and as a page by Graphviz: every service, every edge; nothing is fetched', async () => {
    const real = await graph();
    for (const format of ['svg', 'html'] as const) {
      const text = await drawGraph(real, format);
      expect(text.match(/class="node"/g)).toHaveLength(real.services.length + 1);
      expect(text.match(/class="edge/g)).toHaveLength(real.waits.length + real.routes.length + 1);
      expect(text.replace(/http:\/\/www\.w3\.org\/[\w/]+/g, '')).not.toMatch(/(?:src|href)="?(?:https?:)?\/\//);
    }
  });

  test.each(['svg', 'html', 'mermaid', 'dot'] as const)('as %s twice, the same; without secrets', async (format) => {
    const plan = await goodPlan();
    const text = await drawGraph(graphOf(plan), format);
    expect(await drawGraph(graphOf(plan), format)).toBe(text);
    for (const { secret, value } of plan.values.values())
      if (secret && value.length > 5) expect(text).not.toContain(value);
  });

  test.each(['svg', 'html'] as const)('as %s, names with marks in them are text', async (format) => {
    const text = await drawGraph(small, format);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert(1)');
  });

  test('as Mermaid, names that mean something there are text', async () => {
    const text = await drawGraph(small, 'mermaid');
    expect(text).not.toMatch(/^\s*end\[/m);
    expect(text).not.toContain('<script>');
    expect(text.split('\n').filter((line) => /^ {2}subgraph /.test(line))).toHaveLength(2);
    expect(text).toContain('s0 -.-> s1');
  });
});

test.each([
  ['a.html', 'html'],
  ['a.SVG', 'svg'],
  ['a.mmd', 'mermaid'],
  ['a.gv', 'dot'],
  ['a.png', undefined],
  ['html', undefined],
])('%s is %s', (file, format) => expect(formatOfFile(file)).toBe(format));
