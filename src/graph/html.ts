import { escapeMarks, networkColour } from './dot.ts';
import type { ProjectGraph } from './model.ts';
import { script } from './script.ts';
import { toSvg } from './svg.ts';

const style = `
:root { color-scheme: light; font: 14px/1.5 system-ui, sans-serif; color: #222; background: #fff }
body { margin: 0; display: grid; grid-template-rows: auto 1fr; height: 100vh }
header { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; align-items: baseline; padding: .6rem 1rem; border-bottom: 1px solid #ddd }
h1 { font-size: 1.1rem; margin: 0 }
header span { color: #555; font-size: .85rem; white-space: nowrap }
input { font: inherit; padding: .15rem .5rem; border: 1px solid #bbb; border-radius: .3rem }
main { overflow: auto; padding: 1rem }
svg { display: block; max-width: none }
.node { cursor: pointer }
svg.chosen .node, svg.chosen .edge { opacity: .12 }
svg.chosen .near { opacity: 1 }
svg.chosen .near > path, svg.chosen .near > polygon[fill="white"] { stroke: #0072b2 }
.node:focus-visible { outline: 2px solid #0072b2 }
@media print { header input { display: none } main { overflow: visible } }
`;

/** A page that needs nothing else: choosing a service shows what it waits for, what waits for it, and its routes. */
export async function toHtml(graph: ProjectGraph): Promise<string> {
  const { project, url, networks, services, routes } = graph;
  const legend = networks.map(
    ({ key, name, subnet }) =>
      `<span><b style="color:${networkColour(graph, key)}">●</b> ${escapeMarks(name)} ${escapeMarks(subnet)}</span>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeMarks(project)}: services, networks, routes and waits</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeMarks(project)}</h1>
<span>${escapeMarks(url)}</span>
<span>${services.length} services, ${routes.length} routes</span>
${legend.join('\n')}
<span>thick: route · solid: waits until healthy · dashed: until completed</span>
<input type="search" placeholder="a service" aria-label="a service" list="services">
<datalist id="services">${services.map(({ name }) => `<option value="${escapeMarks(name)}">`).join('')}</datalist>
</header>
<main>${await toSvg(graph)}</main>
<script>${script}</script>
</body>
</html>
`;
}
