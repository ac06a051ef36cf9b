import { type Frame, shortFile } from './parse.ts';
import type { Stack } from './samples.ts';

/** A function in the place that it was called from, and how often a stack went through it. */
export interface FlameNode {
  readonly name: string;
  readonly file: string;
  readonly count: number;
  /** How often it was the innermost, by line. */
  readonly own: ReadonlyMap<number, number>;
  /** The most frequent first. */
  readonly children: readonly FlameNode[];
}

/** Merges stacks from their outer end: the frames of a flame graph. Lines tell calls apart only where a stack ends. */
export const flameTree = (stacks: readonly Stack[]): FlameNode[] => nodesOf(stacks);

function nodesOf(stacks: readonly Stack[]): FlameNode[] {
  const heads = stacks.flatMap(({ frames: [first, ...rest], count }) => (first ? [{ first, rest, count }] : []));
  const byFunction = Map.groupBy(heads, ({ first }) => JSON.stringify([first.file, first.function]));
  const nodes = [...byFunction.values()].map((group) => nodeOf(group));
  return nodes.sort((a, b) => b.count - a.count);
}

interface Head {
  readonly first: Frame;
  readonly rest: readonly Frame[];
  readonly count: number;
}

function nodeOf(heads: readonly Head[]): FlameNode {
  const own = new Map<number, number>();
  for (const { first, count } of heads.filter(({ rest }) => rest.length === 0))
    own.set(first.line, (own.get(first.line) ?? 0) + count);
  return {
    name: heads[0]?.first.function ?? '',
    file: shortFile(heads[0]?.first.file ?? ''),
    count: heads.reduce((sum, { count }) => sum + count, 0),
    own,
    children: nodesOf(heads.map(({ rest, count }) => ({ frames: rest, count }))),
  };
}

export interface FlameOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Nodes below this share of all stacks (0 to 1) are summed up in a line. */
  readonly minimum: number;
}

const BAR = 20;

/**
 * The tree as a list: share of all stacks, a bar, function and file. A function that everything goes on from stands at the
 * same indent as its caller, so that only a parting of ways moves to the right.
 */
export function drawFlames(nodes: readonly FlameNode[], { width, minimum }: FlameOptions): string {
  const total = nodes.reduce((sum, { count }) => sum + count, 0);
  const lines: string[] = [];
  const line = (count: number, indent: number, text: string): void => {
    const share = count / total;
    const bar = '█'.repeat(Math.max(1, Math.round(share * BAR))).padEnd(BAR);
    lines.push(`${`${(share * 100).toFixed(1)} %`.padStart(7)} ${bar} ${' '.repeat(indent)}${text}`.slice(0, width));
  };
  const draw = (siblings: readonly FlameNode[], indent: number): void => {
    const shown = siblings.filter(({ count }) => count / total >= minimum);
    for (const node of shown) {
      line(node.count, indent, `${node.name}  ${node.file}`);
      const [only] = node.children;
      const inside = only?.count === node.count ? indent : indent + 2;
      for (const [at, count] of node.own)
        if (count / total >= minimum) line(count, inside, `· ${node.file}:${at}, itself`);
      draw(node.children, inside);
    }
    const rest = siblings.filter((node) => !shown.includes(node));
    const small = rest.reduce((sum, { count }) => sum + count, 0);
    if (small > 0) line(small, indent, `… ${rest.length} more below ${(minimum * 100).toFixed(0)} %`);
  };
  draw(nodes, 0);
  return lines.join('\n');
}
