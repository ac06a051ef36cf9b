import { referencedNames } from './template.ts';
import type { Assignment, Layer, Segment } from './types.ts';

/** An assignment with its strength: the layer counts first, then the place in it. */
export interface Definition extends Assignment {
  readonly layer: Layer;
  readonly strength: number;
}

/**
 * All assignments of all layers by name. A reference sees what a shell would have seen: the last assignment before its
 * own line, in its own layer or a weaker one.
 */
export class Definitions {
  private readonly byName = new Map<string, Definition[]>();

  constructor(layers: readonly Layer[]) {
    let strength = 0;
    for (const layer of layers)
      for (const assignment of layer.assignments) {
        const list = this.byName.get(assignment.name) ?? [];
        list.push({ ...assignment, layer, strength: strength++ });
        this.byName.set(assignment.name, list);
      }
  }

  /** Strongest last. */
  of(name: string): readonly Definition[] {
    return this.byName.get(name) ?? [];
  }

  strongest(name: string): Definition | undefined {
    return this.of(name).at(-1);
  }

  before(name: string, strength: number): Definition | undefined {
    return this.of(name).findLast((d) => d.strength < strength);
  }

  names(): IterableIterator<string> {
    return this.byName.keys();
  }

  /** Names that some assignment of a file refers to. */
  referenced(): Set<string> {
    const segments: Segment[] = [...this.byName.values()].flat().flatMap((d) => [...d.segments]);
    return new Set(referencedNames(segments));
  }

  /** Names that the value of this one hangs on, the values of those included. */
  reachable(from: string): ReadonlySet<string> {
    const found = new Set<string>();
    const waiting = [from];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      for (const next of this.of(name).flatMap((d) => referencedNames(d.segments)))
        if (!found.has(next)) {
          found.add(next);
          waiting.push(next);
        }
    return found;
  }
}
