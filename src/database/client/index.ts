/** Client programs of a server, each in a container of its own or on this machine, with a secret that nobody sees. */
export {
  type ContainedSetting,
  type ContainedTask,
  runContained,
  runUncontained,
  SECRET,
  type Streams,
} from './contained.ts';
export { type InteractiveTask, runInteractive } from './interactive.ts';
export { type Near, removeStaleClients } from './one-shot.ts';
export { type Found, findContainer, hereAddress, nearOutside } from './place.ts';
