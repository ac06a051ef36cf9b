/** Operations: what commands that run a project do, without flags and terminals. */
export type { OperationContext } from './context.ts';
export { type DownResult, down } from './down.ts';
export { configure, planOrRefuse } from './prepare.ts';
export { pull } from './pull.ts';
export {
  engineOfConfigured,
  passToCompose,
  type RunningContext,
  requireOnTerminal,
  requireServices,
} from './running.ts';
export { type ProjectStatus, type ServiceStatus, status } from './status.ts';
export { type UpOptions, type UpResult, up } from './up.ts';
export { projectUrls } from './urls.ts';
