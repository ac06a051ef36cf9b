import type { ServiceDefinition } from '../compose/index.ts';
import { expand, parseTemplate } from '../configuration/index.ts';
import type { Plan } from '../plan/index.ts';

export interface GraphService {
  readonly name: string;
  /** `back` of `back/coog`; `yours` for the user's own. */
  readonly group: string;
  readonly image: string;
  readonly networks: readonly string[];
  readonly urls: readonly string[];
  /** It ends by itself. */
  readonly oneShot: boolean;
}

/** `from` starts only after `to`. */
export interface GraphWait {
  readonly from: string;
  readonly to: string;
  readonly until: 'started' | 'healthy' | 'completed';
}

/** What the proxy hands on to a service. */
export interface GraphRoute {
  readonly router: string;
  readonly service: string;
  /** Beginnings of paths; `/` for everything that no other route takes. */
  readonly paths: readonly string[];
  readonly tls: boolean;
}

export interface ProjectGraph {
  readonly project: string;
  readonly url: string;
  readonly services: readonly GraphService[];
  readonly waits: readonly GraphWait[];
  readonly routes: readonly GraphRoute[];
  readonly networks: readonly { readonly key: string; readonly name: string; readonly subnet: string }[];
  /** The service that takes what people send; undefined when there is none. */
  readonly proxy?: string;
}

/** What a plan consists of, to be drawn. Pure; what override files change of single services is not in it. */
export function graphOf(plan: Plan): ProjectGraph {
  const value = (name: string) => plan.values.get(name)?.value;
  const text = (given: unknown): string => (typeof given === 'string' ? expand(parseTemplate(given), value) : '');
  const all = [
    ...plan.services.map((s) => ({ ...s, group: s.fragment.split('/')[0] ?? '' })),
    ...Object.entries(plan.userServices).map(([name, definition]) => ({
      ...{ name, definition, group: 'yours', urls: [] as string[], oneShot: false },
    })),
  ];
  const names = new Set(all.map(({ name }) => name));
  const services = all.map(
    ({ name, definition, group, urls, oneShot }): GraphService => ({
      name,
      group,
      image: text(definition.image),
      networks: namesOf(definition.networks),
      urls: urls.map(text),
      oneShot: oneShot ?? false,
    }),
  );
  const proxy = all.find(({ group, definition }) => group === 'proxy' && definition.ports !== undefined)?.name;
  return {
    project: plan.name,
    url: value('BASE_URL') ?? '',
    services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    waits: all.flatMap(({ name, definition }) => waitsOf(name, definition).filter(({ to }) => names.has(to))),
    routes: all.flatMap(({ name, definition }) => routesOf(name, definition, text)),
    networks: Object.entries(plan.networks).map(([key, network]) => ({
      key,
      name: text((network as { name?: unknown } | null)?.name) || key,
      subnet: text((network as Ipam | null)?.ipam?.config?.[0]?.subnet),
    })),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

interface Ipam {
  readonly ipam?: { readonly config?: readonly { readonly subnet?: unknown }[] };
}

/** Compose takes a list of names, or a mapping. */
const namesOf = (given: unknown): string[] =>
  Array.isArray(given) ? given.map(String) : Object.keys((given ?? {}) as object);

function waitsOf(from: string, { depends_on: given }: ServiceDefinition): GraphWait[] {
  const conditions = Array.isArray(given) ? {} : ((given ?? {}) as Readonly<Record<string, { condition?: string }>>);
  return namesOf(given).map((to): GraphWait => {
    const until = conditions[to]?.condition ?? '';
    return {
      from,
      to,
      until: until.includes('healthy') ? 'healthy' : until.includes('completed') ? 'completed' : 'started',
    };
  });
}

/** By the labels that the proxy reads; a router and its twin for TLS are one route. */
function routesOf(service: string, { labels }: ServiceDefinition, text: (given: unknown) => string): GraphRoute[] {
  const pairs: [string, string][] = Array.isArray(labels)
    ? labels.map(String).map((label) => [label.split('=', 1)[0] ?? '', label.slice(label.indexOf('=') + 1)])
    : Object.entries((labels ?? {}) as object).map(([name, given]) => [name, text(given)]);
  const all = new Map(pairs);
  const routers = pairs.flatMap(([name, rule]) => {
    const router = /^traefik\.http\.routers\.(.+)\.rule$/.exec(name)?.[1];
    return router === undefined ? [] : [{ router, rule }];
  });
  const isTwin = (router: string) => router.endsWith('_s') && routers.some((r) => r.router === router.slice(0, -2));
  return routers
    .filter(({ router }) => !isTwin(router))
    .map(({ router, rule }) => {
      const paths = [...rule.matchAll(/Path(?:Prefix|Regexp)?\(([^)]*)\)/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/[`"']([^`"']*)[`"']/g)].map(([, path = '']) => path),
      );
      const tls = [router, `${router}_s`].some((name) => all.get(`traefik.http.routers.${name}.tls`) === 'true');
      return { router, service, paths: paths.length > 0 ? paths : ['/'], tls };
    });
}
