import { structuredPatch } from 'diff';
import { masked, maskSecrets, type Values } from '../configuration/index.ts';
import type { Comparison } from './compare.ts';
import { type MaskedText, maskEnvFile } from './env-lines.ts';

/** What differs in one file, as lines that begin with `+`, `-`, a space, `@` or `~`; secrets are masked. */
export function describeDifference({ file, current }: Comparison, values: Values): string[] {
  const mask = (text: string): MaskedText =>
    file.path === '.env' ? maskEnvFile(text, values) : { text: maskSecrets(text, values.values()), secrets: new Map() };
  const before = mask(withoutDigest(current ?? ''));
  const after = mask(withoutDigest(file.content));
  if (file.path !== '.env' && after.text !== withoutDigest(file.content)) return ['~ it holds secrets: not shown'];
  const { hunks } = structuredPatch(file.path, file.path, before.text, after.text, '', '', { context: 1 });
  const lines = hunks.flatMap((h) => [`@ line ${h.newStart}`, ...h.lines.filter((l) => !l.startsWith('\\'))]);
  const changed = [...after.secrets].filter(([name, value]) => (before.secrets.get(name) ?? value) !== value);
  return [...lines, ...changed.map(([name]) => `~${name}=${masked} (another value)`)];
}

const withoutDigest = (text: string): string => text.replace(/^# coog-digest .*\n$/m, '');
