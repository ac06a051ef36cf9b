import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const OURS = /^@coog\/cli(\/|$)/;

/**
 * Gives plugins this very CLI when they import `@coog/cli…`: it is an optional peer that npm does not install beside them,
 * and a second copy would have problems and base classes of its own. What may be imported is what package.json exports.
 * @param root folder of the package
 */
export function servePlugins(root: string): void {
  // As if one of our own files had asked: Node then resolves the name of the package by its exports.
  const parentURL = pathToFileURL(join(root, 'package.json')).href;
  module.registerHooks({
    resolve: (specifier, context, next) => next(specifier, OURS.test(specifier) ? { ...context, parentURL } : context),
  });
}
