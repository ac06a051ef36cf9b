import { toDot } from './dot.ts';
import type { ProjectGraph } from './model.ts';

/** Drawn by Graphviz, which comes as WebAssembly: nothing is installed, started or asked for over a network. */
export async function toSvg(graph: ProjectGraph): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const drawn = (await instance()).renderString(toDot(graph), { format: 'svg', engine: 'dot' });
  // Before the element itself stand a declaration and a DOCTYPE, which HTML does not take.
  return drawn.slice(drawn.indexOf('<svg'));
}
