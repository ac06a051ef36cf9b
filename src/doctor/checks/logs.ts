import { stat } from 'node:fs/promises';
import { formatBytes } from '../../shared/units.ts';
import { type Check, type Finding, Unavailable } from '../types.ts';
import { runningProject } from './services.ts';

/** Bytes from which a log is told. */
const LARGE = 1e9;

export const logChecks: readonly Check[] = [
  {
    id: 'log-rotation',
    title: 'no log grows without end',
    look: async (facts) => {
      const endless = (await runningProject(facts)).filter(
        ({ log }) => log.driver === 'json-file' && log.options['max-size'] === undefined,
      );
      if (endless.length === 0) return [];
      return [
        {
          severity: 'warning',
          title: `the logs of ${endless.length} services grow until the disk is full`,
          evidence: `driver json-file without max-size: ${endless.map((c) => c.service).join(', ')}`,
          next: 'coog config:set LOGGING_CONFIGURATION_TEMPLATE=default, then coog up -d',
        },
      ];
    },
  },
  {
    id: 'log-sizes',
    title: 'no log takes a large part of the disk',
    look: async (facts) => {
      const { docker } = await facts.engine();
      if (!docker.local) throw new Unavailable('the engine is on another machine');
      const files = (await runningProject(facts)).filter(({ log }) => log.path !== '');
      const sizes = await Promise.all(
        files.map(async (c) => ({ c, size: (await stat(c.log.path).catch(() => undefined))?.size })),
      );
      if (sizes.length > 0 && sizes.every(({ size }) => size === undefined))
        throw new Unavailable('only root may look into the folder of Docker');
      return sizes
        .filter(({ size = 0 }) => size >= LARGE)
        .map(
          ({ c, size = 0 }): Finding => ({
            severity: 'warning',
            title: `the log of ${c.service} has ${formatBytes(size)}`,
            place: { file: c.log.path },
            next: `coog logs:purge ${c.service}`,
          }),
        );
    },
  },
];
