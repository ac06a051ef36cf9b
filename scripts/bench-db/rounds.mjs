import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/measure.mjs';
import { dumps } from './dump.mjs';
import { loads } from './load.mjs';
import { snapshots } from './snapshot.mjs';

/**
 * Measures everything in turn, so that what else the machine does hits all alike. A first round warms the caches up; in it
 * is sampled what would cost the others time.
 * @returns {Promise<{ms: (name: string) => number, memory: (name: string) => number, copies: number, downtime: number,
 *   size: number}>} medians in milliseconds, peaks in bytes
 */
export async function measureRounds(project, { rounds, step }) {
  const runs = new Map();
  const once = async (round, name, run) => {
    await project.settle();
    const ran = await step(`round ${round}: ${name}`, run);
    runs.set(name, [...(runs.get(name) ?? []), ran]);
  };
  const warmUp = await step('warm-up', () => warm(project));
  const [file, size] = [fileOf(project, 0), statSync(fileOf(project, 0)).size];
  for (let round = 1; round <= rounds; round += 1) {
    const dump = dumps(project, { file: fileOf(project, round) });
    const load = loads(project, { file: fileOf(project, round) });
    const snapshot = snapshots(project);
    await once(round, 'start', () => project.coog('db:list'));
    // Neither side always comes first.
    for (const side of inTurn(round)) await once(round, `dump ${side}`, dump[side]);
    await once(round, 'dump coogJobs', dump.coogJobs);
    await once(round, 'dump scripts', dump.scripts);
    for (const side of inTurn(round)) await once(round, `load ${side}`, load[side]);
    for (const side of inTurn(round)) await once(round, `snapshot ${side}`, snapshot[side]);
    remove(fileOf(project, round));
  }
  remove(file);
  return {
    ...warmUp,
    size,
    ms: (name) => median(runs.get(name).map(({ ms }) => ms)),
    part: (name, part) => median(runs.get(name).map(({ parts }) => parts[part])),
    memory: (name) => Math.max(...runs.get(name).map(({ memory }) => memory)),
  };
}

/** Leaves its file. */
async function warm(project) {
  const file = fileOf(project, 0);
  const { copies } = await dumps(project, { file }).coogWatched();
  await dumps(project, { file }).reference();
  const { downtime } = await loads(project, { file }).coogWatched();
  await loads(project, { file }).reference();
  await snapshots(project).reference();
  return { copies, downtime };
}

const inTurn = (round) => (round % 2 === 1 ? ['reference', 'coog'] : ['coog', 'reference']);
const fileOf = (project, round) => join(project.backups, `round-${round}.dump`);
const remove = (file) => {
  for (const path of [file, `${file}.manifest.json`]) rmSync(path, { force: true });
};
