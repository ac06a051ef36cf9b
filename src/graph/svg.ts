import { toDot } from './dot.ts';
import type { ProjectGraph } from './model.ts';

/** Drawn by Graphviz, which comes as WebAssembly: nothing is installed, started or asked for over a network. */
export async function toSvg(graph: ProjectGraph): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const drawn = (await instance()).renderString(toDot(graph), { format: 'svg', engine: 'dot' });
  // Before the element itself stand a declaration and a DOCTYPE, which HTML does not take.
  const svg = drawn.slice(drawn.indexOf('<svg'));
  // Every node has a tooltip, and so a group within its group.
  return svg.replace(/<g id="[^"]*" class="node">[\s\S]*?<\/g>\n<\/g>/g, centred);
}

/** Graphviz lets lines begin where letters of its own width would have them in the middle; a browser's are wider. */
function centred(node: string): string {
  const [, path = ''] = /<path [^>]*\bd="([^"]*)"/.exec(node) ?? [];
  const xs = [...path.matchAll(/(-?[\d.]+),-?[\d.]+/g)].map(([, x]) => Number(x));
  if (xs.length === 0) return node;
  const middle = ((Math.min(...xs) + Math.max(...xs)) / 2).toFixed(2);
  return node.replace(/<text ([^>]*)text-anchor="start" x="[^"]*"/g, `<text $1text-anchor="middle" x="${middle}"`);
}
