import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { gatherExtensions } from '../../extension/index.ts';
import { loadModule } from '../../operations/index.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Look } from '../look.ts';
import { thisCli } from '../plugin.ts';

/** Milliseconds: a hook that only returns data needs less than one; loading its module is counted. */
const SLOW = 1000;

export const shown = ({ title, place }: Problem): string =>
  place ? `${title} (${place.file}${place.line === undefined ? '' : `:${place.line}`})` : title;

export const extensionChecks = {
  'its hook answers in time': async (look: Look) => {
    const { took } = await look.answer();
    return took > SLOW ? [`it took ${Math.round(took)} ms; a hook returns data and does no work`] : [];
  },

  'its hook answers with an extension: plain data, known properties, paths inside of the plugin': async (
    look: Look,
  ) => {
    const { contributor: plugin } = await look.plugin();
    const { answer: result } = await look.answer();
    const runHook = () => Promise.resolve({ successes: [{ plugin, result }], failures: [] });
    const { problems } = await gatherExtensions({ runHook, cli: thisCli(), without: new Set() });
    return problems.map(shown);
  },

  'its hook answers the same each time': async (look: Look) => {
    const { askHook } = await import('../plugin.ts');
    const [first, second] = [(await look.answer()).answer, await askHook(await look.plugin())];
    return JSON.stringify(first) === JSON.stringify(second) ? [] : ['a second answer differs from the first'];
  },

  'its files are there and can be read': async (look: Look) =>
    (await look.shipped()).problems.filter((p) => p.code.startsWith('PLUGIN_FILE')).map(shown),

  'its modules export a function': async (look: Look) => {
    const { contributor } = await look.plugin();
    const { tasks = [], checks = [], statusRows = [] } = await look.extension();
    const wrong: string[] = [];
    for (const { id, module } of [...tasks, ...checks, ...statusRows])
      await access(join(look.root, module))
        .then(() => loadModule(contributor, module))
        .catch((error: unknown) => wrong.push(`${id}: ${(error as Error).message}`));
    return wrong;
  },

  'a project with it is planned without a problem': async (look: Look) =>
    (await look.project()).warnings.map((warning) => `${warning.code}: ${shown(warning)}`),
};
