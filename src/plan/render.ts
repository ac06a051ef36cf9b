import { createHash } from 'node:crypto';
import { renderComposeFile } from '../compose/index.ts';
import { dotenvLine, dotenvPreamble, type ResolvedVariable } from '../configuration/index.ts';
import { type Lock, lockFile, renderLock } from './lock.ts';
import type { Plan, PlannedFile } from './types.ts';

export const generatedComposeFile = 'coog.generated.yml';

export const digest = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Plan in, files out, byte for byte the same for the same input. Folders and initial files are among them. */
export function renderPlan(plan: Plan): PlannedFile[] {
  const compose: PlannedFile = {
    path: generatedComposeFile,
    content: composeFile(plan),
    mode: 0o644,
    kind: 'generated',
  };
  const env: PlannedFile = { path: '.env', content: envFile(plan), mode: 0o600, kind: 'generated' };
  const locked = [compose, ...plan.files.filter((f) => f.kind === 'managed')];
  const lock: Lock = {
    format: 1,
    cli: plan.cli.version,
    plugins: Object.fromEntries(plan.plugins.map((p) => [p.name, p.version])),
    ...(plan.disabledPlugins.length > 0 ? { disabled: plan.disabledPlugins } : {}),
    files: Object.fromEntries(locked.map((f) => [f.path, digest(f.content)])),
  };
  return [...plan.files, compose, env, { path: lockFile, content: renderLock(lock), mode: 0o644, kind: 'generated' }];
}

function composeFile(plan: Plan): string {
  return renderComposeFile({
    services: plan.services,
    common: plan.common,
    userServices: plan.userServices,
    networks: plan.networks,
    volumes: plan.volumes,
    header: [
      `Made by coog ${plan.cli.version} (coog configure). An edited copy is kept aside and made anew:`,
      'change services in override.yml or custom/override.yml instead. Values stand in .env.',
    ].join('\n'),
  });
}

const digestLine = /^# coog-digest (sha256:[0-9a-f]{64})\r?$/m;

/** The first that no file's name has stands between the files. */
const separators = [':', ';', '|', ','];

function envFile(plan: Plan): string {
  const lines = [
    '# Made by coog from env.custom and custom/env.custom; it holds secrets. An edited copy is kept aside and made anew.',
    ...dotenvPreamble,
  ];
  const files = [generatedComposeFile, ...plan.userFiles.map((f) => f.path)];
  const separator = separators.find((s) => !files.some((file) => file.includes(s))) ?? ':';
  lines.push(dotenvLine('COMPOSE_FILE', files.join(separator)), dotenvLine('COMPOSE_PATH_SEPARATOR', separator));
  let group: string | undefined = '';
  for (const variable of inOrder(plan)) {
    if (variable.declaration?.group !== group) {
      group = variable.declaration?.group;
      lines.push('', `# ${group ?? 'your own'}`);
    }
    lines.push(dotenvLine(variable.name, variable.value));
  }
  const content = `${lines.join('\n')}\n`;
  return `${content}# coog-digest ${digest(content)}\n`;
}

function inOrder(plan: Plan): ResolvedVariable[] {
  const declared = plan.declarations.filter((d) => !d.internal).flatMap((d) => plan.values.get(d.name) ?? []);
  return [...declared, ...[...plan.values.values()].filter((v) => !v.declaration)];
}

/** Whether a `.env` is as coog wrote it: `foreign` was not written by coog. */
export function envFileState(content: string): 'untouched' | 'edited' | 'foreign' {
  const match = digestLine.exec(content);
  if (!match) return 'foreign';
  const isLast = content.slice(match.index + match[0].length) === '\n';
  return isLast && digest(content.slice(0, match.index)) === match[1] ? 'untouched' : 'edited';
}
