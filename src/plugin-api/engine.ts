/** `@coog/cli/engine`: how a plugin looks at what runs, and starts programs in the controlled environment. */
export * from '../engine/index.ts';
export { engineOfConfigured, passToCompose, requireServices } from '../operations/index.ts';
