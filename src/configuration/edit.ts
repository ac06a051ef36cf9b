import { type EnvFileEntry, parseEnvFile } from './env-file.ts';

/** Writes a value for env.custom: coog reads it back unchanged, and so would a POSIX shell. */
export function quoteForEnvFile(value: string): string {
  if (value !== '' && /^[A-Za-z0-9_.,:/@%+-]+$/.test(value)) return value;
  // CRLF in a file is read as LF; with quotes between them both characters stay.
  return `'${value.replaceAll("'", "'\\''").replaceAll('\r\n', "\r''\n")}'`;
}

/**
 * Sets a variable in the text of an env.custom. The last assignment of that name is changed in its place (a shell obeys
 * the last); a commented one (`# NAME=`) is followed by the new line; else it goes to the end. All other bytes stay.
 */
export function setInEnvFile(content: string, name: string, value: string): string {
  const { entries } = parseEnvFile(content, '');
  const entry = entries.findLast((e) => e.name === name);
  if (entry) return content.slice(0, entry.valueStart) + quoteForEnvFile(value) + content.slice(entry.end);
  const newline = /\r?\n/.exec(content)?.[0] ?? '\n';
  const line = `${name}=${quoteForEnvFile(value)}`;
  const commented = endOfComment(content, name, entries);
  if (commented !== undefined) return `${content.slice(0, commented)}${newline}${line}${content.slice(commented)}`;
  // A last line that ends with a backslash would take the new one for its own.
  const open = content !== '' && (!content.endsWith('\n') || entries.at(-1)?.end === content.length);
  return `${content}${open ? newline : ''}${line}${newline}`;
}

/** Takes every assignment of that name out, each with its whole line. Answers the same text when there is none. */
export function unsetInEnvFile(content: string, name: string): string {
  const { entries } = parseEnvFile(content, '');
  return entries
    .filter((entry) => entry.name === name)
    .reduceRight((text, entry) => {
      const column = entry.place.column ?? 1;
      const newline = text.indexOf('\n', entry.end);
      return text.slice(0, entry.start - column + 1) + (newline < 0 ? '' : text.slice(newline + 1));
    }, content);
}

/** Where the line `# NAME=…` ends; a line inside of another variable's value is none. */
function endOfComment(content: string, name: string, entries: readonly EnvFileEntry[]): number | undefined {
  const pattern = new RegExp(`(?<=^\uFEFF?|\\n)[ \\t]*#[ \\t]*(?:export[ \\t]+)?${name}=[^\\n]*`, 'g');
  const found = [...content.matchAll(pattern)].find(
    ({ index }) => !entries.some((entry) => entry.start < index && index < entry.end),
  );
  return found && found.index + found[0].replace(/\r$/, '').length;
}
