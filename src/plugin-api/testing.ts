/** `@coog/cli/testing`: tests of plugins, for any test runner. Needs no engine and no network. */
import { type ConformanceOptions, conformance as checksOf, type NamedCheck } from '../testing/index.ts';

export {
  type ConformanceOptions,
  type NamedCheck,
  type RenderedProject,
  type RenderOptions,
  renderProject,
  writeManifest,
} from '../testing/index.ts';

/** What every plugin must be: `for (const { name, run } of conformance({ root })) test(name, run);` */
export const conformance = (options: ConformanceOptions): NamedCheck[] => checksOf(options, process.env);
