/** Extensions: what the core and every plugin register, gathered by one hook, judged, sorted and read. */
export * from './catalogue.ts';
export { type GatherInput, gatherExtensions, type HookAnswers, hookTimeout, type RunHook } from './gather.ts';
export { type LoadedExtension, loadExtensions, type ShippedFile } from './load.ts';
