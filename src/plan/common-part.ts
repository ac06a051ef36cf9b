import type { ServiceDefinition } from '../compose/index.ts';
import { isOn, type Values } from '../configuration/index.ts';
import type { Problem } from '../shared/problem.ts';
import { loggingFrom, loggingTemplateMissing } from './logging.ts';
import type { PlanInput } from './types.ts';

/** What every service gets unless it says otherwise: logging, and the way to the host. */
export async function commonPart(
  input: PlanInput,
  values: Values,
): Promise<{ readonly common: ServiceDefinition; readonly problems: readonly Problem[] }> {
  const { logging, problems } = await readLogging(input, values);
  const toHost = isOn(values, 'ENABLE_HOST_NETWORK_INTEGRATION');
  const common = {
    ...(logging ? { logging } : {}),
    ...(toHost ? { extra_hosts: ['host.docker.internal:host-gateway'] } : {}),
  };
  return { common, problems };
}

async function readLogging(
  input: PlanInput,
  values: Values,
): Promise<{ logging?: ServiceDefinition; problems: readonly Problem[] }> {
  const variable = values.get('LOGGING_CONFIGURATION_TEMPLATE');
  const chosen = variable?.value ?? 'none';
  if (chosen === 'none') return { problems: [] };
  if (chosen === 'default') {
    const file = input.extensions.flatMap((e) => e.defaults).find((f) => f.name === 'logging');
    return file ? loggingFrom(file.content, { file: file.path }) : { problems: [] };
  }
  const content = await input.readText(chosen);
  if (content === undefined) return { problems: variable ? [loggingTemplateMissing(variable)] : [] };
  return loggingFrom(content, { file: chosen });
}
