import { drawStats } from './draw.ts';
import type { ContainerStats } from './of-answers.ts';

/** A look at all containers of the service. */
export interface Look {
  readonly at: Date;
  readonly containers: readonly ContainerStats[];
}

/** The statistics of every container, each with its name where there are several. */
export function drawAll({ at, containers }: Look, before?: Look): string {
  const blocks = containers.map(({ container, stats }) => {
    const earlier = before?.containers.find((one) => one.container === container);
    const drawn = drawStats({ stats, at }, before && earlier ? { stats: earlier.stats, at: before.at } : undefined);
    return containers.length > 1 ? `${container}: ${drawn}` : drawn;
  });
  return blocks.join('\n\n');
}
