import { describe, expect, test } from 'vitest';
import { serviceDeviations } from './deviations.ts';
import { b2cFragments, type Fact, fragments, type Service, serviceFacts, variables, whole } from './shipped.ts';

/** A value of the facts as a fragment writes it: `<NAME>` and `${NAME:-default}` are references to a variable. */
const asReference = (value: unknown): string =>
  String(value)
    .replace(/<([A-Z][A-Z0-9_]*)>/g, '$${$1}')
    .replace(/\$\{([A-Z][A-Z0-9_]*):-[^}]*\}/g, '$${$1}');
const asReferences = (values: unknown): string[] | undefined =>
  Array.isArray(values) ? values.map(asReference) : undefined;
const words = (value: unknown): unknown => (typeof value === 'string' ? value.split(' ') : value);

const wholeFact = (fact: Fact): Fact => {
  const shared = fact.shares === undefined ? undefined : serviceFacts[fact.shares];
  if (!shared) return fact;
  const both = (key: string) => [
    ...new Set([...((shared[key] ?? []) as unknown[]), ...((fact[key] ?? []) as unknown[])]),
  ];
  const joined = Object.fromEntries(
    ['volumes', 'networks', 'ports'].flatMap((k) => (both(k).length > 0 ? [[k, both(k)]] : [])),
  );
  return { ...shared, ...fact, ...joined, environment: { ...shared.environment, ...fact.environment } };
};

/** What the facts ask of a service, attribute by attribute, with every wait for "started" made one for "healthy". */
function expected(name: string, fact: Fact): Record<string, unknown> {
  const waits = Object.entries(fact.waits_for ?? {}).map(([service, moment]) => [
    service,
    moment === 'started' ? 'service_healthy' : `service_${moment}`,
  ]);
  const environment = Object.entries(fact.environment ?? {}).map(([key, value]) => [
    `environment.${key}`,
    asReference(value),
  ]);
  const attributes: Record<string, unknown> = {
    image: fact.image === undefined ? undefined : asReference(fact.image),
    command: asReferences(words(fact.command)),
    entrypoint: asReferences(fact.entrypoint),
    restart: fact.restart,
    user: fact.user,
    volumes: asReferences(fact.volumes),
    ports: asReferences(fact.ports),
    networks: fact.networks,
    env_file: (fact.env_files as string[] | undefined)?.map((file) => `env/${file}`),
    waits: Object.fromEntries(waits),
    ...Object.fromEntries(environment),
  };
  for (const [key, deviation] of Object.entries(serviceDeviations[name] ?? {})) attributes[key] = deviation.value;
  return attributes;
}

const found = (service: Service): Record<string, unknown> => ({
  ...Object.fromEntries(
    ['image', 'command', 'entrypoint', 'restart', 'user', 'volumes', 'ports', 'networks', 'env_file'].map((key) => [
      key,
      service[key],
    ]),
  ),
  waits: Object.fromEntries(Object.entries(service.depends_on ?? {}).map(([name, wait]) => [name, wait.condition])),
  ...Object.fromEntries(Object.entries(service.environment ?? {}).map(([key, value]) => [`environment.${key}`, value])),
});

describe.each(Object.entries(serviceFacts))('%s', (name, fact) => {
  const fragment = fragments.find((f) => f.name === fact.legacy_name);
  const shipped = fragment && whole(fragment);

  test('receives what the facts say', () => {
    expect(shipped?.name).toBe(name);
    expect(found(shipped?.service ?? {})).toEqual(expected(name, wholeFact(fact)));
  });

  if (fact.route)
    test('is reached by the route of the facts, with and without TLS', () => {
      const labels = shipped?.service.labels ?? {};
      const routers = Object.keys(labels).flatMap(
        (key) => /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(key)?.[1] ?? [],
      );
      const label = (router: string, key: string) => labels[`traefik.http.routers.${router}.${key}`];
      const plain = routers.filter((router) => !router.endsWith('_s'));
      expect(routers.toSorted()).toEqual(plain.flatMap((router) => [router, `${router}_s`]).toSorted());
      for (const router of plain) {
        expect(label(`${router}_s`, 'rule')).toBe(label(router, 'rule'));
        expect(label(`${router}_s`, 'middlewares')).toBe(label(router, 'middlewares'));
        expect(label(router, 'rule')).toContain('Host(`${PROJECT_HOSTNAME}`)');
        expect([label(router, 'entrypoints'), label(`${router}_s`, 'entrypoints')]).toEqual(['http', 'https']);
        expect([label(router, 'tls'), label(`${router}_s`, 'tls')]).toEqual([undefined, 'true']);
        expect(Object.keys(labels)).toContain(
          `traefik.http.services.${label(router, 'service')?.replace('@docker', '')}.loadbalancer.server.port`,
        );
      }
      const prefixes = plain.flatMap((router) =>
        [...(label(router, 'rule') ?? '').matchAll(/PathPrefix\(`([^`]*)`\)/g)].map((m) => m[1]),
      );
      // A router for the host alone is the one for "/".
      const paths = fact.route?.paths.map(asReference).filter((path) => path !== '/') ?? [];
      expect(prefixes).toEqual(paths);
      expect(plain.some((router) => !label(router, 'rule')?.includes('PathPrefix'))).toBe(
        fact.route?.paths.includes('/') ?? false,
      );
      const middleware = (kind: string) =>
        Object.entries(labels)
          .find(([key]) => key.endsWith(kind))?.[1]
          .replaceAll('$$', '$');
      expect(middleware('stripprefix.prefixes')).toBe(fact.route?.strip_prefix);
      // "$<2>" is no group for Traefik (it became a literal); "${2}" is what was meant.
      expect(middleware('replacepathregex.replacement')).toBe(fact.route?.rewrite_to?.replace('$<2>', '${2}'));
      expect(middleware('replacepathregex.regex')).toBe(
        fact.route?.rewrite_from && asReference(fact.route.rewrite_from),
      );
    });
});

test('no deviation is left over', () => {
  for (const [name, deviations] of Object.entries(serviceDeviations)) {
    const fact = serviceFacts[name];
    expect(fact, name).toBeDefined();
    const unchanged = expected('', wholeFact(fact as Fact));
    for (const [key, deviation] of Object.entries(deviations))
      expect(unchanged[key], `${name} ${key}`).not.toEqual(deviation.value);
  }
});

test('beyond the facts there are only the services that make databases, the networks, the filter of the proxy, and Jaeger', () => {
  const known = new Set(Object.values(serviceFacts).map((fact) => fact.legacy_name));
  const others = fragments.map((f) => f.name).filter((name) => !known.has(name));
  expect(others.toSorted()).toEqual([
    ...['b2c/database_init', 'database/postgres_init', 'networks', 'proxy/docker_filter', 'tools/jaeger'],
  ]);
});

test('the B2C services are the plugin’s', () => {
  const names = b2cFragments.map((f) => f.name).toSorted();
  expect(names).toEqual([
    ...['api/api_b2c', 'b2c/back', 'b2c/back_common', 'b2c/back_init', 'b2c/database_init'],
    ...['b2c/front', 'b2c/front_common', 'b2c/front_init', 'front/app-b2c'],
  ]);
});

describe.each(fragments.map((f) => [f.name, f] as const))('fragment %s', (_, fragment) => {
  test('refers to declared variables only', () => {
    const names = [...fragment.text.replaceAll('$$', '').matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((m) => m[1] ?? '');
    expect(names.filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
    expect(names.filter((name) => variables[name]?.internal)).toEqual([]);
  });

  test('defines one service and says what it is', () => {
    expect(Object.keys(fragment.services)).toHaveLength(fragment.notes.role === 'foundation' ? 0 : 1);
    expect(fragment.notes.description).toBeTypeOf('string');
    const condition = fragment.notes.condition ?? fragment.notes.bundled;
    if (condition !== undefined) expect(Object.keys(variables)).toContain(condition);
  });

  test('never waits for a service that has merely started', () => {
    for (const wait of Object.values(whole(fragment).service.depends_on ?? {}))
      expect(['service_healthy', 'service_completed_successfully']).toContain(wait.condition);
  });

  const longRunning = fragment.notes.role === undefined && !fragment.notes['one-shot'];
  if (longRunning)
    test('has a health check that a variable overrides', () => {
      const { name, service } = whole(fragment);
      const variable = `HEALTHCHECK_${name.toUpperCase().replaceAll('-', '_')}`;
      expect(service.healthcheck?.test).toEqual(['CMD-SHELL', `\${${variable}}`]);
      expect(variables[variable]?.['set-by']).toEqual([variable]);
      for (const key of ['interval', 'timeout', 'start_period', 'retries'])
        expect(service.healthcheck?.[key]).toMatch(/^\$\{HEALTHCHECK_[A-Z_]+\}$/);
    });
});

test('whoever is waited for exists, and healthy is only waited for where there is a health check', () => {
  const services = new Map(fragments.map((f) => [whole(f).name, { ...whole(f), fragment: f }]));
  for (const { name, service } of services.values())
    for (const [other, wait] of Object.entries(service.depends_on ?? {})) {
      const awaited = services.get(other);
      expect(awaited, `${name} waits for ${other}`).toBeDefined();
      const oneShot = awaited?.fragment.notes['one-shot'] === true;
      expect(wait.condition, `${name} waits for ${other}`).toBe(
        oneShot ? 'service_completed_successfully' : 'service_healthy',
      );
    }
});

test('no secret stands in an argument list', () => {
  const secrets = Object.keys(variables).filter((name) => variables[name]?.secret);
  for (const fragment of fragments) {
    const { service } = whole(fragment);
    const visible = JSON.stringify([service.command, service.entrypoint, service.labels, service.healthcheck]);
    expect(
      secrets.filter((name) => visible.includes(`\${${name}}`)),
      fragment.name,
    ).toEqual([]);
  }
});
