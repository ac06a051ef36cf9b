import { toDot } from './dot.ts';
import { toHtml } from './html.ts';
import { toMermaid } from './mermaid.ts';
import type { ProjectGraph } from './model.ts';
import { toSvg } from './svg.ts';

/** A project drawn: services, networks, routes and waits. */
export { type GraphRoute, type GraphService, type GraphWait, graphOf, type ProjectGraph } from './model.ts';

export const graphFormats = ['html', 'svg', 'mermaid', 'dot'] as const;
export type GraphFormat = (typeof graphFormats)[number];

const drawings: Readonly<Record<GraphFormat, (graph: ProjectGraph) => string | Promise<string>>> = {
  html: toHtml,
  svg: async (graph) => `${await toSvg(graph)}`,
  mermaid: toMermaid,
  dot: toDot,
};

export const drawGraph = async (graph: ProjectGraph, format: GraphFormat): Promise<string> => drawings[format](graph);

const endings: Readonly<Record<string, GraphFormat>> = {
  ...{ html: 'html', htm: 'html', svg: 'svg', mmd: 'mermaid', mermaid: 'mermaid', dot: 'dot', gv: 'dot' },
};

/** What the name of a file says of its format. */
export const formatOfFile = (path: string): GraphFormat | undefined =>
  endings[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
