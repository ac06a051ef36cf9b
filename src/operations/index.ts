/** Operations: what commands that run a project do, without flags and terminals. */
export { loadChecks, type PluginCheck } from './checks.ts';
export type { OperationContext } from './context.ts';
export { type DownResult, down } from './down.ts';
export { type ListedProject, listProjects, type ProjectState } from './list-projects.ts';
export { loadModule } from './module-context.ts';
export { preflightFacts } from './preflight-facts.ts';
export { configure, type Prepared, planOrRefuse, provideImages } from './prepare.ts';
export { pull } from './pull.ts';
export { type Purge, type PurgedLog, purgeLogs } from './purge-logs.ts';
export {
  engineOfConfigured,
  passToCompose,
  type RunningContext,
  requireOnTerminal,
  requireServices,
} from './running.ts';
export { parsePattern, type SearchOptions, searchLogs } from './search-logs.ts';
export { type ProjectStatus, type ServiceStatus, status } from './status.ts';
export { type PluginStatusRow, pluginRows } from './status-rows.ts';
export { type Moment, runTasks, runTasksAfter } from './tasks.ts';
export { requireNoUpgrade, upgradeJournal } from './unfinished-upgrade.ts';
export { type UpOptions, type UpResult, up } from './up.ts';
export { projectUrls } from './urls.ts';
