import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DEMO_DEADLINE } from '../support/e2e/demo.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { type Edge, sharedEdge } from '../support/edge/world.ts';

interface Trace {
  readonly traceID: string;
  readonly spans: readonly {
    readonly operationName: string;
    readonly processID: string;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

let edge: Edge;
beforeAll(async () => {
  edge = await sharedEdge();
}, DEMO_DEADLINE);

async function query<T>(path: string): Promise<T> {
  const { status, body } = await edge.ask({ scheme: 'http', path: `/jaeger/api${path}` });
  if (status !== 200) throw new Error(`${path}: ${status} ${body.slice(0, 300)}`);
  return (JSON.parse(body) as { data: T }).data;
}

/** A trace of the proxy in which a path was asked for. */
const traceOf = (path: string): Promise<Trace> =>
  until(
    `the trace of ${path} is found`,
    async () => {
      const traces = await query<Trace[]>('/traces?service=coog-proxy&limit=200&lookback=1h');
      return traces.find(({ spans }) => spans.some(({ tags }) => tags.some(({ value }) => value === path)));
    },
    120_000,
  );

test('a request through the proxy is found by Jaeger, as the trace that the service was told of', async () => {
  const path = `/gateway/traced-${randomBytes(6).toString('hex')}`;
  const { service, headers } = await edge.echo({ scheme: 'https', path });

  const trace = await traceOf(path);

  expect(service).toBe('gateway');
  expect(Object.values(trace.processes).map(({ serviceName }) => serviceName)).toContain('coog-proxy');
  expect(headers.traceparent?.split('-')[1]).toBe(trace.traceID);
});

test('its pages are served under /jaeger, by http and by https', async () => {
  for (const scheme of ['http', 'https'] as const)
    expect((await edge.ask({ scheme, path: '/jaeger/search' })).status, scheme).toBe(200);
});

test('the services are told where to send their traces', async () => {
  const { environment } = await edge.project.container('gateway');
  expect(environment).toMatchObject({ OPENTELEMETRY_ENABLED: '1', OPENTELEMETRY_URL: 'http://jaeger:4318/v1/traces' });
});

test('traces are kept on the disk: they are there after a restart', async () => {
  const path = `/gateway/kept-${randomBytes(6).toString('hex')}`;
  await edge.echo({ scheme: 'http', path });
  const { traceID } = await traceOf(path);

  thenItSucceeded(await edge.project.coog('restart', 'jaeger'));

  expect((await traceOf(path)).traceID).toBe(traceID);
  const folder = await edge.project.value('JAEGER_DATA_VOLUME');
  expect((await readdir(resolve(edge.project.folder, folder))).sort()).toEqual(['data', 'key']);
});
