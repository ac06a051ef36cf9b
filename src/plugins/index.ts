/** The user's plugins: installed without harm, and whether they take part in a project. */
export { disablePlugin, enablePlugin, type Switched } from './in-project.ts';
export { type Installed, type InstallOptions, installPlugin, type PluginsContext } from './install.ts';
export { type KnownPlugin, type ListedPlugin, listPlugins } from './list.ts';
export { findNpm, type NpmAccess } from './npm.ts';
export { readEntries } from './store.ts';
export { type Uninstalled, uninstallPlugins } from './uninstall.ts';
export { type Update, updatePlugins } from './update.ts';
