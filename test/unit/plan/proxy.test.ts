import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/index.ts';
import { generatedModel, goodPlan, rendered } from '../../support/planning.ts';
import { b2c, jaeger } from '../../support/plugins.ts';

const plan = (...lines: string[]): Promise<Plan> => goodPlan({}, { env: `${lines.join('\n')}\n` });
const traced = async (...lines: string[]): Promise<Plan> =>
  goodPlan({}, { env: `${lines.join('\n')}\n`, plugins: [await jaeger()] });
const configuration = (made: Plan): string => rendered(made, 'defaults/traefik/traefik.toml').content;
const proxy = (made: Plan) => generatedModel(made).services['reverse-proxy'] ?? {};
const value = (made: Plan, name: string) => made.values.get(name)?.value;

describe('the proxy and the Docker socket', () => {
  it('reads through the filter, which is the one that has the socket', async () => {
    const made = await plan();
    const { services, volumes } = generatedModel(made);
    const holders = Object.keys(services).filter((name) =>
      JSON.stringify(services[name]?.volumes ?? []).includes('/docker.sock'),
    );
    expect(holders).toEqual(['docker-filter']);
    expect(value(made, 'TRAEFIK_DOCKER_MOUNT')).toBe('docker-api:/var/run');
    expect(volumes).toHaveProperty('docker-api');
    expect(proxy(made).depends_on).toEqual({ 'docker-filter': { condition: 'service_healthy' } });
    expect(services['docker-filter']).toMatchObject({ network_mode: 'none', read_only: true, cap_drop: ['ALL'] });
  });

  it('needs no filter where the proxy is left out, or is the user’s own', async () => {
    const own = 'services: {reverse-proxy: {image: "traefik:v3.4"}}\n';
    const replaced = await goodPlan({ 'custom/compose/proxy/reverse-proxy.yml': own });
    const without = await goodPlan({ disabled_services: 'proxy/reverse-proxy\n' });
    for (const made of [replaced, without]) expect(generatedModel(made).services).not.toHaveProperty('docker-filter');
    expect(without.leftOut).toContainEqual(
      expect.objectContaining({ fragment: 'proxy/docker_filter', why: 'proxy/reverse-proxy takes no part' }),
    );
  });

  it('is handed the socket where the filter is off', async () => {
    const made = await plan('ENABLE_DOCKER_FILTER=0');
    expect(value(made, 'TRAEFIK_DOCKER_MOUNT')).toBe('/var/run/docker.sock:/var/run/docker.sock:ro');
    expect(generatedModel(made).services).not.toHaveProperty('docker-filter');
    expect(proxy(made).depends_on).toBeUndefined();
  });
});

describe('HTTP', () => {
  it.each([
    [[], undefined],
    [['MAIN_URL_SCHEME=https'], ':443'],
    [['MAIN_URL_SCHEME=https', 'CUSTOM_TRAEFIK_HTTPS_PORT=8443'], ':8443'],
    [['MAIN_URL_SCHEME=https', 'REDIRECT_TO_HTTPS=0'], undefined],
    [['MAIN_URL_SCHEME=http', 'REDIRECT_TO_HTTPS=1'], undefined],
  ])('with %j is sent on to %s', async (lines, target) => {
    const to = /redirections\.entryPoint\]\n\s+to = "([^"]*)"/.exec(configuration(await plan(...lines)))?.[1];
    expect(to).toBe(target);
  });
});

describe('Let’s Encrypt', () => {
  it('is a resolver that nobody uses until it is turned on', async () => {
    const text = configuration(await plan());
    expect(text).toContain('[certificatesResolvers.letsencrypt.acme]');
    expect(text).not.toMatch(/certResolver|email/);
  });

  it('gives every router its certificate by two variables', async () => {
    const text = configuration(await plan('ENABLE_LETSENCRYPT=1', 'LETSENCRYPT_EMAIL=operator@example.org'));
    expect(text).toMatch(/\[entryPoints\.https\.http\.tls\]\n\s+certResolver = "letsencrypt"/);
    expect(text).toContain('email = "operator@example.org"');
  });
});

describe('the proxy is made anew when its static configuration changes', () => {
  const label = async (...lines: string[]) => {
    const made = await plan(...lines);
    const text = String((proxy(made).labels as Record<string, string>)['dev.coog.static-configuration']);
    return text.replace(/\$\{(\w+)\}/g, (_, name: string) => value(made, name) ?? '');
  };

  it.each([
    [['MAIN_URL_SCHEME=https']],
    [['ENABLE_LETSENCRYPT=1']],
    [
      [
        'OPEN_TELEMETRY_TRACING_ENABLED=1',
        'OPEN_TELEMETRY_TRACING_PROXY=1',
        'OPEN_TELEMETRY_TRACING_URL=http://o:4318',
      ],
    ],
  ])('by %j', async (lines) => expect(await label(...lines)).not.toBe(await label()));
});

describe('the Jaeger plugin', () => {
  it('changes nothing while it is off', async () => {
    const made = await traced();
    expect(generatedModel(made)).toEqual(generatedModel(await plan()));
    expect(value(made, 'OPEN_TELEMETRY_TRACING_ENABLED')).toBe('0');
  });

  it('sends the traces of the services and of the proxy to Jaeger', async () => {
    const made = await traced('ENABLE_JAEGER=1');
    expect(value(made, 'OPEN_TELEMETRY_TRACING_ENABLED')).toBe('1');
    expect(value(made, 'OPEN_TELEMETRY_TRACING_URL')).toBe('http://jaeger:4318/v1/traces');
    expect(configuration(made)).toMatch(/\[tracing\.otlp\.http\]\n\s+endpoint = "http:\/\/jaeger:4318\/v1\/traces"/);
    expect(generatedModel(made).services).toHaveProperty('jaeger');
    expect(rendered(made, 'defaults/jaeger/jaeger.yml').content).toContain('base_path: /jaeger');
  });

  it('leaves the last word to the user', async () => {
    const elsewhere = await traced('ENABLE_JAEGER=1', 'OPEN_TELEMETRY_TRACING_URL=http://collector:4318/v1/traces');
    expect(configuration(elsewhere)).toContain('endpoint = "http://collector:4318/v1/traces"');
    const off = await traced('ENABLE_JAEGER=1', 'OPEN_TELEMETRY_TRACING_ENABLED=0');
    expect(configuration(off)).not.toContain('[tracing]');
    const servicesAlone = await traced('ENABLE_JAEGER=1', 'OPEN_TELEMETRY_TRACING_PROXY=0');
    expect(configuration(servicesAlone)).not.toContain('[tracing]');
  });

  it('stands beside a Jaeger of the user’s own, which stays his', async () => {
    const own = 'services: {jaeger: {image: "jaegertracing/all-in-one:1.41.0", networks: [backend]}}\n';
    const made = await goodPlan({ 'custom/compose/jaeger.yml': own }, { plugins: [await jaeger(), b2c] });
    expect(generatedModel(made).services.jaeger).not.toHaveProperty('image');
  });
});
