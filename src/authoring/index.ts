/** Authoring: makes a plugin that works, from the template of the package. */
export { type CreatedPlugin, createPlugin } from './create.ts';
export { type PluginNames, pluginNames } from './names.ts';
