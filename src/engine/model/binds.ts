import type { BindMount } from './model.ts';
import { mapping, sequence, text } from './tree.ts';

/** The bind mounts of a service, from the long syntax of Compose 2 or the short one of docker-compose 1.29.2. */
export const readBinds = (value: unknown): BindMount[] =>
  sequence(value).flatMap((entry) => (typeof entry === 'object' ? readLong(entry) : readShort(String(entry))));

function readLong(entry: unknown): BindMount[] {
  const { type, source, target, read_only: readOnly } = mapping(entry);
  if (type !== 'bind') return [];
  return [{ source: text(source) ?? '', target: text(target) ?? '', readOnly: readOnly === true }];
}

/** `SOURCE:TARGET[:OPTIONS]`; `config` has made sources absolute, so anything else is a named or anonymous volume. */
function readShort(entry: string): BindMount[] {
  const [source = '', target, options = ''] = entry.split(':');
  if (!source.startsWith('/') || target === undefined) return [];
  return [{ source, target, readOnly: options.split(',').includes('ro') }];
}
