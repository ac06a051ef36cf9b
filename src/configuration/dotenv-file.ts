/**
 * Writes a value so that every Compose reads it back unchanged. Measured with docker-compose 1.29.2, Compose 2.26 and
 * 2.40: double quotes are exact in all three but for `$` (1.29.2 keeps the backslash of `\$` and follows `${X}` even in
 * single quotes) and for a backslash before the closing quote; so both are put in by reference.
 */
export function dotenvLine(name: string, value: string): string {
  return `${name}=${quote(value)}`;
}

/** Must stand before every other line of a `.env`. */
export const dotenvPreamble: readonly string[] = ["COOG_DOLLAR='$'", 'COOG_EMPTY='];

function quote(value: string): string {
  if (/^[A-Za-z0-9_.,:/@%+=-]*$/.test(value)) return value;
  if (value.includes('$') && !value.includes('${') && !value.includes('\\')) return `'${value.replaceAll("'", "\\'")}'`;
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '${COOG_DOLLAR}');
  return `"${escaped}${value.endsWith('\\') ? '${COOG_EMPTY}' : ''}"`;
}
