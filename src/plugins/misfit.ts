import type { Problem } from '../shared/problem.ts';
import { cliRange, type PackageVersion } from './fit.ts';

/** A plugin that does not work with this coog. `fitting`: versions of it that would, newest first, where they are known. */
export function misfit(found: PackageVersion, cliVersion: string, fitting?: readonly string[]): Problem {
  const [best] = fitting ?? [];
  return {
    code: 'PLUGIN_VERSION',
    title: `${found.name} ${found.version} works with @coog/cli ${cliRange(found)}, this is ${cliVersion}`,
    ...(fitting ? { detail: fittingLine(fitting) } : {}),
    next: best ? `coog plugins:install ${found.name}@${best}` : 'update coog, or take another version of the plugin',
  };
}

const fittingLine = (fitting: readonly string[]): string =>
  fitting.length === 0
    ? 'No version in the registry works with this coog.'
    : `These versions would: ${fitting.slice(0, 10).join(', ')}`;
