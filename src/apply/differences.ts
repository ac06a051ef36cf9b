import { structuredPatch } from 'diff';
import { masked, maskSecrets, type Values } from '../configuration/index.ts';
import type { Comparison } from './compare.ts';

/** What differs in one file, as lines that begin with `+`, `-`, a space or `@`; secrets are masked. */
export function describeDifference({ file, current }: Comparison, values: Values): string[] {
  const mask = (text: string): Masked =>
    file.path === '.env' ? maskEnv(text, values) : { text: maskSecrets(text, values.values()), secrets: [] };
  const before = mask(withoutDigest(current ?? ''));
  const after = mask(withoutDigest(file.content));
  const { hunks } = structuredPatch(file.path, file.path, before.text, after.text, '', '', { context: 1 });
  const lines = hunks.flatMap((h) => [`@ line ${h.newStart}`, ...h.lines.filter((l) => !l.startsWith('\\'))]);
  const was = new Map(before.secrets);
  const changed = after.secrets.filter(([name, value]) => was.has(name) && was.get(name) !== value);
  return [...lines, ...changed.map(([name]) => `~${name}=${masked} (another value)`)];
}

type Masked = { text: string; secrets: (readonly [name: string, value: string])[] };

const withoutDigest = (text: string): string => text.replace(/^# coog-digest .*\n$/m, '');

function maskEnv(text: string, values: Values): Masked {
  const secrets: [string, string][] = [];
  const masking = text.replace(
    /^([A-Za-z_][A-Za-z0-9_]*)=(.*(?:\n(?![A-Za-z_][A-Za-z0-9_]*=|#|$).*)*)/gm,
    (line, name: string, value: string) => {
      const secret = values.get(name)?.secret ?? /PASS|SECRET|TOKEN|KEY|URI|CONNECTION_STRING/.test(name);
      if (!secret || value === '') return line;
      secrets.push([name, value]);
      return `${name}=${masked}`;
    },
  );
  return { text: masking, secrets };
}
