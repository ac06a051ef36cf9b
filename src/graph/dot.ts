import type { GraphService, GraphWait, ProjectGraph } from './model.ts';

const styles: Readonly<Record<GraphWait['until'], string>> = {
  healthy: 'solid',
  completed: 'dashed',
  started: 'dotted',
};

/** Colours that can be told apart, also by who does not see all of them (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

export const networkColour = (graph: ProjectGraph, key: string): string => {
  const at = graph.networks.findIndex((network) => network.key === key);
  return at < 0 ? '#666666' : (COLOURS[at % COLOURS.length] ?? '#666666');
};

/**
 * In the language of Graphviz. An arrow leads from who waits to what it waits for; thick ones are routes. Lines have
 * room to spare: the width of letters is guessed by Helvetica's, and who looks may have no font as narrow.
 */
export function toDot(graph: ProjectGraph): string {
  const { services, waits, routes, proxy, url } = graph;
  const groups = [...new Set(services.map((s) => s.group))].sort();
  const lines = [
    'digraph project {',
    '  graph [rankdir=LR, fontname="Helvetica,Arial,sans-serif", fontsize=11, nodesep=0.25, ranksep=0.9, bgcolor=transparent, tooltip=" "]',
    '  node [shape=box, style="rounded,filled", fillcolor=white, color="#888888", fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.16,0.08"]',
    '  edge [color="#888888", fontname="Helvetica,Arial,sans-serif", fontsize=9, arrowsize=0.7]',
  ];
  for (const group of groups) {
    lines.push(`  subgraph ${quote(`cluster_${group}`)} {`);
    lines.push(
      `    label=${quote(group)}; style="rounded,filled"; color="#dddddd"; fillcolor="#f6f6f6"; fontcolor="#555555"`,
    );
    for (const service of services.filter((s) => s.group === group)) lines.push(`    ${node(graph, service)}`);
    lines.push('  }');
  }
  if (proxy !== undefined) {
    lines.push(`  ${quote('people')} [label=${quote(url)}, shape=oval, id="people", tooltip=${quote(url)}]`);
    lines.push(
      `  ${quote('people')} -> ${quote(`service ${proxy}`)} [penwidth=2.2, color="#444444", class="route", tooltip=${quote(`people → ${proxy}`)}]`,
    );
    for (const { service, paths } of routes)
      lines.push(
        `  ${edge(proxy, service)} [label=${quote(paths.join('\\n'))}, penwidth=2.2, color="#444444", class="route", tooltip=${quote(`${proxy} → ${service}: ${paths.join(' ')}`)}]`,
      );
  }
  for (const { from, to, until } of waits)
    lines.push(
      `  ${edge(from, to)} [style=${styles[until]}, class="wait", tooltip=${quote(`${from} waits until ${to} is ${until}`)}]`,
    );
  return `${[...lines, '}'].join('\n')}\n`;
}

const edge = (from: string, to: string): string => `${quote(`service ${from}`)} -> ${quote(`service ${to}`)}`;

function node(graph: ProjectGraph, { name, image, networks, oneShot, urls }: GraphService): string {
  const dots = networks.map(
    (key) => `<font point-size="8" color="${networkColour(graph, key)}">● ${escapeMarks(key)}</font>`,
  );
  const rows = [
    `<b>${escapeMarks(padded(name))}</b>`,
    ...(image === '' ? [] : [`<font point-size="8" color="#666666">${escapeMarks(padded(image))}</font>`]),
    ...dots,
  ];
  const tooltip = [name, image, ...urls].filter((text) => text !== '').join('\n');
  const attributes = [`label=<${rows.join('<br/>')}>`, `tooltip=${quote(tooltip)}`, `id=${quote(`service-${name}`)}`];
  return `${quote(`service ${name}`)} [${attributes.join(', ')}${oneShot ? ', style="rounded,filled,dashed"' : ''}]`;
}

/** A sixth on each side, as much as letters of some fonts are wider. */
const padded = (text: string): string => {
  const side = '\u00a0'.repeat(Math.ceil(text.length / 6));
  return `${side}${text}${side}`;
};

/** A backslash means something to Graphviz, but for the line end that is wanted. */
const quote = (text: string): string => `"${text.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escapeMarks = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
