import { type EnvFileEntry, parseEnvFile } from './env-file.ts';

/** Writes a value for env.custom: coog reads it back unchanged, and so would a POSIX shell. */
export function quoteForEnvFile(value: string): string {
  if (value !== '' && /^[A-Za-z0-9_.,:/@%+-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * Sets a variable in the text of an env.custom. The last assignment of that name is changed in its place (a shell obeys
 * the last); a commented one (`# NAME=`) is followed by the new line; else it goes to the end. All other bytes stay.
 */
export function setInEnvFile(content: string, name: string, value: string): string {
  const line = `${name}=${quoteForEnvFile(value)}`;
  const entry = entriesOf(content, name).at(-1);
  if (entry) return content.slice(0, entry.valueStart) + quoteForEnvFile(value) + content.slice(entry.end);
  const commented = new RegExp(`^[ \\t]*#[ \\t]*(?:export[ \\t]+)?${name}=.*$`, 'm').exec(content);
  if (commented) {
    const end = commented.index + commented[0].replace(/\r$/, '').length;
    return `${content.slice(0, end)}\n${line}${content.slice(end)}`;
  }
  return `${content}${content === '' || content.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** Takes every assignment of that name out, each with its whole line. Answers the same text when there is none. */
export function unsetInEnvFile(content: string, name: string): string {
  return entriesOf(content, name).reduceRight((text, entry) => {
    const from = text.lastIndexOf('\n', entry.start - 1) + 1;
    const newline = text.indexOf('\n', entry.end);
    return text.slice(0, from) + (newline < 0 ? '' : text.slice(newline + 1));
  }, content);
}

function entriesOf(content: string, name: string): EnvFileEntry[] {
  const bom = content.startsWith('\uFEFF') ? 1 : 0;
  return parseEnvFile(content, '')
    .entries.filter((entry) => entry.name === name)
    .map((e) => ({ ...e, start: e.start + bom, valueStart: e.valueStart + bom, end: e.end + bom }));
}
