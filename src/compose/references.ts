import type { InterpolationReference } from './types.ts';

const pattern = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)((?::?[-+?])?)|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Every `${NAME}` and `$NAME` of a compose file outside of whole-line comments; `$$` is a literal `$` (compose-spec, interpolation). */
export function interpolationReferences(content: string, file: string): InterpolationReference[] {
  return content.split('\n').flatMap((text, index) =>
    /^\s*#/.test(text)
      ? []
      : [...text.matchAll(pattern)].flatMap(([, braced, operator = '', bare]) => {
          const name = braced ?? bare;
          return name === undefined
            ? []
            : [{ name, optional: /[-+]/.test(operator), place: { file, line: index + 1 } }];
        }),
  );
}

/** Names that a part of a compose model refers to. */
export function referencesIn(value: unknown): Set<string> {
  return new Set(
    interpolationReferences(typeof value === 'string' ? value : JSON.stringify(value ?? ''), '').map((r) => r.name),
  );
}
