import { isRecord, referencesIn } from '../../compose/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { Look } from '../look.ts';
import { shown } from './extension.ts';

type Service = Plan['services'][number];

/** Services of the plugin that take part in the project which is looked at. */
async function servicesOf(look: Look): Promise<readonly Service[]> {
  const { contributor } = await look.plugin();
  return (await look.project()).plan.services.filter((s) => s.owner === contributor.name);
}

const finished = new Set(['service_healthy', 'service_completed_successfully']);

export const serviceChecks = {
  'its fragments are valid, each with exactly one service': async (look: Look) =>
    (await look.shipped()).problems.filter((p) => p.code === 'FRAGMENT_INVALID').map(shown),

  'its fragments have a description': async (look: Look) =>
    (await look.shipped()).fragments
      .filter((f) => f.notes.role !== 'foundation' && !f.notes.description)
      .map((f) => `${f.name}: x-coog has no description`),

  'its services take part in a project with it': async (look: Look) => {
    const running = new Set((await servicesOf(look)).map((s) => s.fragment));
    return (await look.shipped()).fragments
      .filter((f) => f.notes.role === undefined && !running.has(f.name))
      .map((f) => `${f.name} takes no part; hand conformance the settings that it needs`);
  },

  'its long-running services have a health check with a start period': async (look: Look) =>
    (await servicesOf(look))
      .filter((s) => !s.oneShot)
      .flatMap(({ name, definition: { healthcheck } }) => {
        if (!isRecord(healthcheck) || healthcheck.test === undefined) return [`${name} has no health check`];
        return healthcheck.start_period === undefined ? [`${name}: its health check has no start_period`] : [];
      }),

  // As it is written: what coog makes of a wait, another compose tool does not.
  'its services wait for what is healthy or completed': async (look: Look) =>
    (await look.shipped()).fragments.flatMap(({ name, service }) => {
      const waits = service?.definition.depends_on ?? {};
      if (!isRecord(waits)) return [`${name}: depends_on is a list, which waits for a start only (${String(waits)})`];
      return Object.entries(waits)
        .filter(([, wait]) => !isRecord(wait) || !finished.has(String(wait.condition)))
        .map(([other]) => `${name} waits for ${other}, whatever its state`);
    }),

  'its services have no secret in an argument list': async (look: Look) => {
    const { plan } = await look.project();
    const secrets = new Set([...plan.values.values()].filter((v) => v.secret).map((v) => v.name));
    return (await servicesOf(look)).flatMap(({ name, definition: { command, entrypoint, healthcheck } }) =>
      [...referencesIn([command, entrypoint, healthcheck])]
        .filter((variable) => secrets.has(variable))
        .map((variable) => `${name}: \${${variable}} is a secret; hand it on by environment`),
    );
  },
};
