import type { DockerAccess } from '../engine/index.ts';
import type { StatusRow, StatusRows } from '../extension/index.ts';
import type { Plan } from '../plan/index.ts';
import { answerInTime } from './answer-in-time.ts';
import { loadModule, moduleContext } from './module-context.ts';

/** A row of a plugin, with its plugin's name. */
export interface PluginStatusRow extends StatusRow {
  readonly plugin: string;
}

/** What the plugins of a plan tell about the running project, all asked at once. One without an answer has a row that says so. */
export async function pluginRows(plan: Plan, access: DockerAccess, timeout?: number): Promise<PluginStatusRow[]> {
  const lists = await Promise.all(
    plan.statusRows.map(async ({ id, module, contributor }) => {
      const found = await answerInTime(async (signal) => {
        const rows = await loadModule<StatusRows>(contributor, module);
        return rows(moduleContext(plan, access, signal));
      }, timeout);
      const unknown = (detail: string): StatusRow[] => [{ name: id, state: 'unknown', detail }];
      const rows =
        found instanceof Error
          ? unknown(found.message.split('\n')[0] ?? '')
          : areRows(found)
            ? found
            : unknown('its plugin answered something that is no list of rows');
      return rows.map(({ name, state, detail }) => ({ plugin: contributor.name, name, state, detail }));
    }),
  );
  return lists.flat();
}

const areRows = (found: unknown): found is readonly StatusRow[] =>
  Array.isArray(found) &&
  found.every((row: Partial<StatusRow> | null) =>
    [row?.name, row?.state, row?.detail].every((text) => typeof text === 'string'),
  );
