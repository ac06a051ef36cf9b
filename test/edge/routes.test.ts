import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_DEADLINE } from '../support/e2e/demo.ts';
import { type Edge, sharedEdge } from '../support/edge/world.ts';
import { type Fact, serviceFacts } from '../unit/facts/shipped.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await sharedEdge();
}, DEMO_DEADLINE);

type Route = NonNullable<Fact['route']>;

const routes = Object.entries(serviceFacts).flatMap(([service, { route }]) =>
  (route?.paths ?? []).flatMap((path) => (route ? [{ service, route, path }] : [])),
);
const schemes = ['http', 'https'] as const;
const cases = routes.flatMap((route) => schemes.map((scheme) => ({ ...route, scheme })));

test('the facts have routes', () => expect(routes.length).toBeGreaterThanOrEqual(9));

describe.each(cases)('$scheme $path of $service', ({ service, route, path, scheme }) => {
  test.each(['', '/', '/some/thing.html?x=1&y=%2F'])(
    'followed by "%s" reaches it, with the path that it should see',
    async (rest) => {
      const prefix = await filledIn(path);
      const asked = `${prefix.replace(/\/$/, '')}${rest}` || '/';
      const { service: answered, path: seen, headers } = await edge.echo({ scheme, path: asked });
      expect({ answered, seen }).toEqual({ answered: service, seen: seenPath(asked, await filledRoute(route)) });
      expect(headers).toMatchObject({
        host: edge.hostname,
        'x-forwarded-proto': scheme,
        'x-forwarded-host': edge.hostname,
      });
    },
  );
});

test.each(schemes)('%s with another host name reaches nothing', async (scheme) => {
  const { status } = await edge.ask({ scheme, path: '/', hostname: 'other.example.org' });
  expect(status).toBe(404);
});

/** `<NAME>` of the facts, and its value in the project. */
async function filledIn(text: string): Promise<string> {
  let filled = text;
  for (const [whole, name = ''] of text.matchAll(/<([A-Z][A-Z0-9_]+)>/g))
    filled = filled.replace(whole, await edge.project.value(name));
  return filled;
}

const filledRoute = async (route: Route): Promise<Route> => ({
  ...route,
  ...(route.rewrite_from ? { rewrite_from: await filledIn(route.rewrite_from) } : {}),
});

/** What the facts ask for: a prefix taken off, or an expression with its replacement ("$<2>" stands for a group). */
function seenPath(asked: string, { strip_prefix: prefix, rewrite_from: from, rewrite_to: to }: Route): string {
  const [path = '', query] = asked.split('?');
  const stripped = prefix && path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const rewritten = from && to ? stripped.replace(new RegExp(from), to.replace('$<2>', '$2')) : stripped;
  return `${rewritten.startsWith('/') ? rewritten : `/${rewritten}`}${query === undefined ? '' : `?${query}`}`;
}
