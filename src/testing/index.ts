/** The test kit for plugins: renders a project with a plugin, and checks what every plugin must be. Needs no engine. */
export { type ConformanceOptions, conformance, type NamedCheck } from './conformance.ts';
export { writeManifest } from './manifest.ts';
export { type RenderedProject, type RenderOptions, renderProject } from './render.ts';
