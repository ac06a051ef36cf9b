import type { Reference, Segment } from './types.ts';

/** A template that cannot be read; `offset` counts from 0. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const referencePattern = /^([A-Za-z_][A-Za-z0-9_]*)(?:@(uri|host))?(?:(:-|-|:\+|\+)([\s\S]*))?$/;

/** Index of the brace that closes the one before `start`; -1 when there is none. */
function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '$' && text[i + 1] === '{') {
      depth++;
      i++;
    } else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

/** Reads what stands between `${` and `}`. */
function parseReference(body: string, offset: number): Reference {
  const match = referencePattern.exec(body);
  if (!match) throw new TemplateError(`\${${body}} is not a reference that coog knows`, offset);
  const [, name = '', transform, operator, operand] = match;
  return {
    name,
    ...(transform ? { transform: transform as 'uri' | 'host' } : {}),
    ...(operator
      ? {
          operator: operator as ':-' | '-' | ':+' | '+',
          operand: parseTemplate(operand ?? '', offset + body.length - (operand ?? '').length),
        }
      : {}),
  };
}

/**
 * Reads a template of a declaration or of a default file. `$$` is a `$`; a `$` that begins no `${` stands for itself.
 * @throws TemplateError
 */
export function parseTemplate(text: string, base = 0): Segment[] {
  const segments: Segment[] = [];
  let literal = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$') {
      literal += text[i];
    } else if (text[i + 1] === '$') {
      literal += '$';
      i++;
    } else if (text[i + 1] === '{') {
      const end = closingBrace(text, i + 2);
      if (end < 0) throw new TemplateError('a "${" has no "}"', base + i);
      if (literal) segments.push({ text: literal });
      literal = '';
      segments.push(parseReference(text.slice(i + 2, end), base + i + 2));
      i = end;
    } else literal += '$';
  }
  if (literal) segments.push({ text: literal });
  return segments;
}

/** Percent-encodes everything but the unreserved characters of RFC 3986 (encodeURIComponent leaves `!'()*`). */
export const encodeUri = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const transforms = {
  uri: encodeUri,
  host: (value: string) => (value.includes(':') && !value.startsWith('[') ? `[${value}]` : value),
};

/** Puts values into a template. `lookup` answers undefined for a name without a value. */
export function expand(segments: readonly Segment[], lookup: (name: string) => string | undefined): string {
  return segments.map((s) => ('text' in s ? s.text : expandReference(s, lookup))).join('');
}

function expandReference(reference: Reference, lookup: (name: string) => string | undefined): string {
  const found = lookup(reference.name);
  const operand = () => expand(reference.operand ?? [], lookup);
  const transform = reference.transform ? transforms[reference.transform] : (value: string) => value;
  switch (reference.operator) {
    case ':-':
      return found ? transform(found) : operand();
    case '-':
      return found === undefined ? operand() : transform(found);
    case ':+':
      return found ? operand() : '';
    case '+':
      return found === undefined ? '' : operand();
    default:
      return transform(found ?? '');
  }
}

/** Every name that the segments refer to, operands included. */
export function referencedNames(segments: readonly Segment[]): string[] {
  return segments.flatMap((s) => ('text' in s ? [] : [s.name, ...referencedNames(s.operand ?? [])]));
}
